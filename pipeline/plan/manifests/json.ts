import { PROTO } from "./proto.ts";
import { lockfileInvalid } from "./reader.ts";

/**
 * JSON text to a value, strictly: no duplicate keys, no `__proto__`, nothing nested deeper than `maxDepth`. Linear in the text.
 *
 * @throws GateError LOCKFILE_INVALID with the line where it is known
 */
export function parseJson(path: string, text: string, maxDepth: number): unknown {
  const json = text.replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw broken(path, json, cause as SyntaxError);
  }
  checkKeys(path, json, maxDepth);
  return value;
}

function broken(path: string, text: string, cause: SyntaxError) {
  if (text.trim() === "") return lockfileInvalid(path, "an empty file", "a JSON document", cause);
  const position = /at position (\d+)/.exec(cause.message)?.[1];
  // V8 names no position when the text ends too early.
  if (position === undefined) return lockfileInvalid(path, "JSON that breaks off", "a whole JSON document", cause);
  return lockfileInvalid(`${path}:${lineAt(text, Number(position))}`, "broken JSON", "a JSON document", cause);
}

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const SPACE = 32;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** The text is known to be JSON: only strings, brackets and the colon after a key need a look. */
function checkKeys(path: string, text: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(code === OPEN_OBJECT ? new Set() : undefined);
      if (open.length > maxDepth) {
        throw lockfileInvalid(`${path}:${lineAt(text, at)}`, "nesting without end", `at most ${maxDepth} levels`);
      }
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) open.pop();
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) checkKey(path, text, at, end, keys);
      at = end - 1;
    }
  }
}

function checkKey(path: string, text: string, at: number, end: number, keys: Set<string>): void {
  const raw = text.slice(at + 1, end - 1);
  const key: string = raw.includes("\\") ? JSON.parse(`"${raw}"`) : raw;
  if (!keys.has(key) && key !== PROTO) {
    keys.add(key);
    return;
  }
  const found = key === PROTO ? `the key "${PROTO}"` : `the key ${JSON.stringify(key)} twice`;
  throw lockfileInvalid(`${path}:${lineAt(text, at)}`, found, key === PROTO ? "names of packages" : "each key once");
}

/** Index after the closing quote. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let at = quote;
  while (text.charCodeAt(at - 1) === BACKSLASH) at--;
  return (quote - at) % 2 === 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  // JSON knows four kinds of white space, all of them below or at the space.
  while (text.charCodeAt(at) <= SPACE) at++;
  return text.charCodeAt(at) === COLON;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
