import { parse } from "smol-toml";

/** Chance from a number, so that every run of a test makes the same tokens. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface TokenRule {
  readonly id: string;
  readonly path: string | undefined;
  /** A text that the rule's expression matches. */
  readonly make: (chance: () => number) => string;
}

/** The rules of gitleaks' own configuration that look at content, each with a maker of made-up matches. */
export function tokenRules(toml: string): TokenRule[] {
  const { rules } = parse(toml) as unknown as { rules: { id: string; regex?: string; path?: string }[] };
  return rules.flatMap(({ id, regex, path }) =>
    regex === undefined ? [] : [{ id, path, make: (chance: () => number) => sample(regex, chance) }],
  );
}

/** A text that a Go expression matches; as much of the syntax as gitleaks' rules use. */
function sample(expression: string, chance: () => number): string {
  const state = { expression, at: 0, chance };
  return alternatives(state);
}

interface State {
  readonly expression: string;
  at: number;
  readonly chance: () => number;
}

function alternatives(state: State): string {
  const options = [sequence(state)];
  while (state.expression[state.at] === "|") {
    state.at += 1;
    options.push(sequence(state));
  }
  return options[Math.floor(state.chance() * options.length)] as string;
}

function sequence(state: State): string {
  let text = "";
  for (;;) {
    const character = state.expression[state.at];
    if (character === undefined || character === "|" || character === ")") return text;
    const from = state.at;
    const once = atom(state);
    const until = state.at;
    const { least, most } = quantifier(state);
    const count = least + Math.floor(state.chance() * (Math.min(most, least + 4) - least + 1));
    const after = state.at;
    for (let index = 0; index < count; index++) {
      if (index === 0) {
        text += once;
        continue;
      }
      state.at = from;
      text += atom(state);
      if (state.at !== until) throw new Error(`no steady length at ${from} of ${state.expression}`);
    }
    state.at = after;
  }
}

function quantifier(state: State): { least: number; most: number } {
  const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(state.expression.slice(state.at));
  if (found === null) return { least: 1, most: 1 };
  state.at += found[0].length;
  const [, sign, least, comma, most] = found;
  if (sign !== undefined) return { least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Number.POSITIVE_INFINITY };
  if (comma === "") return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most === "" ? Number.POSITIVE_INFINITY : Number(most) };
}

function atom(state: State): string {
  const rest = state.expression.slice(state.at);
  const [first = ""] = rest;
  const group = /^\((?:\?(?:P<\w+>|[a-z-]*(:|\))))?/.exec(rest);
  if (group !== null) {
    state.at += group[0].length;
    if (group[1] === ")") return "";
    const text = alternatives(state);
    state.at += 1;
    return text;
  }
  if (first === "[") return oneOf(characterClass(state), state);
  if (first === "^" || first === "$") {
    state.at += 1;
    return "";
  }
  if (first === ".") {
    state.at += 1;
    return oneOf(WORD, state);
  }
  if (first !== "\\") {
    state.at += 1;
    return first;
  }
  const characters = escaped(state);
  return characters === "" ? "" : oneOf(characters, state);
}

const DIGITS = "0123456789";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const WORD = `${DIGITS}${LETTERS}${LETTERS.toUpperCase()}_`;

/** The characters that an escape stands for; none for a place such as a word's boundary. */
function escaped(state: State): string {
  const hex = /^\\x([0-9a-fA-F]{2})/.exec(state.expression.slice(state.at));
  if (hex !== null) {
    state.at += 4;
    return String.fromCharCode(Number.parseInt(hex[1] as string, 16));
  }
  const kind = state.expression[state.at + 1] as string;
  state.at += 2;
  const known: Readonly<Record<string, string>> = {
    w: WORD,
    d: DIGITS,
    s: " ",
    S: WORD,
    b: "",
    B: "",
    z: "",
    A: "",
    t: "\t",
    n: " ",
    r: " ",
  };
  return known[kind] ?? kind;
}

function characterClass(state: State): string {
  state.at += 1;
  const negated = state.expression[state.at] === "^";
  if (negated) state.at += 1;
  let characters = "";
  for (let first = true; first || state.expression[state.at] !== "]"; first = false) {
    const named = /^\[:(\w+):\]/.exec(state.expression.slice(state.at));
    if (named !== null) {
      state.at += named[0].length;
      characters += named[1] === "alnum" ? WORD.slice(0, -1) : DIGITS;
      continue;
    }
    const item = state.expression[state.at] === "\\" ? escaped(state) : (state.expression[state.at++] as string);
    const range = state.expression[state.at] === "-" && state.expression[state.at + 1] !== "]" && item.length === 1;
    if (!range) {
      characters += item;
      continue;
    }
    state.at += 1;
    const last = state.expression[state.at] === "\\" ? escaped(state) : (state.expression[state.at++] as string);
    for (let code = item.charCodeAt(0); code <= last.charCodeAt(0); code++) characters += String.fromCharCode(code);
  }
  state.at += 1;
  return negated ? [...WORD].filter((character) => !characters.includes(character)).join("") : characters;
}

function oneOf(characters: string, { chance }: State): string {
  return characters[Math.floor(chance() * characters.length)] as string;
}
