import { lockfileInvalid } from "./reader.ts";

/** One statement of a go.mod: `require a v1.0.0`, whether it stands alone or in a block. */
export interface Directive {
  readonly place: string;
  readonly verb: string;
  readonly words: readonly string[];
}

/**
 * Takes a go.mod apart into its statements, blocks unfolded and comments left out.
 *
 * @throws GateError LOCKFILE_INVALID with the line
 */
export function directivesOf(path: string, text: string): Directive[] {
  const directives: Directive[] = [];
  let block: { readonly place: string; readonly verb: string } | undefined;
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const place = `${path}:${index + 1}`;
    const [first, ...rest] = wordsOf(place, line);
    if (first === undefined) continue;
    if (block !== undefined) {
      if (first === ")" && rest.length > 0) throw lockfileInvalid(place, `") ${rest.join(" ")}"`, '")" alone');
      if (first === ")") block = undefined;
      else directives.push({ place, verb: block.verb, words: [first, ...rest] });
    } else if (rest.length === 1 && rest[0] === "(") block = { place, verb: first };
    // Go itself writes an empty block as `require ()`.
    else if (rest.join(" ") !== "( )") directives.push({ place, verb: first, words: rest });
  }
  if (block !== undefined) throw lockfileInvalid(block.place, `a block "${block.verb}" that breaks off`, '")"');
  return directives;
}

const WORD = /\s+|\/\/.*$|([()])|"([^"\\]*)"|`([^`]*)`|((?:(?!\/\/)[^\s()"`])+)/y;

function wordsOf(place: string, line: string): string[] {
  const words: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < line.length) {
    const match = WORD.exec(line);
    if (match === null) throw lockfileInvalid(place, "a line that can't be read", "a statement of a go.mod");
    const word = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (word !== undefined) words.push(word);
  }
  return words;
}
