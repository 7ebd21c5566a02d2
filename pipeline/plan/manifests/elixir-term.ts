import { lockfileInvalid } from "./reader.ts";

/** An Elixir literal: text, an atom with its colon (`:hex`, `true`), a number as written, or a list, tuple or map of such. */
export type ElixirTerm = string | readonly ElixirTerm[];

const MAX_DEPTH = 64;

const TOKEN =
  /\s+|#[^\n]*|"(?:[^"\\]|\\.)*"(?::(?=\s))?|%\{|[{}[\],]|=>|:(?:[\w@?!]+|"(?:[^"\\]|\\.)*")|[\w@?!]+:(?=\s)|[\w.]+/gsy;

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["%{", "}"],
  ["{", "}"],
  ["[", "]"],
]);

/**
 * Reads one literal and nothing else, in one pass. A map and a keyword list are flat: key, value, key, value.
 *
 * @throws GateError LOCKFILE_INVALID with the line
 */
export function elixirTermOf(path: string, text: string): ElixirTerm {
  const open: { close: string; items: ElixirTerm[] }[] = [{ close: "", items: [] }];
  let at = 0;
  const fail = (found: string) => {
    const line = text.slice(0, at).split("\n").length;
    return lockfileInvalid(`${path}:${line}`, found, "an Elixir literal as mix writes it");
  };
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const inner = open.at(-1);
    if (token === undefined || inner === undefined) throw fail("broken text");
    const close = CLOSING.get(token);
    if (close !== undefined) {
      if (open.length > MAX_DEPTH) throw fail("nesting without end");
      open.push({ close, items: [] });
    } else if (token === "}" || token === "]") {
      if (token !== inner.close) throw fail(`"${token}"`);
      open.pop();
      open.at(-1)?.items.push(inner.items);
    } else if (!/^(?:\s|#|,$|=>$)/.test(token)) inner.items.push(token);
    at += token.length;
  }
  const [term, ...more] = open[0]?.items ?? [];
  if (open.length > 1 || term === undefined || more.length > 0) throw fail("a text that breaks off");
  return term;
}

/** What a string token says. */
export function elixirString(token: ElixirTerm | undefined): string | undefined {
  const [, text] = typeof token === "string" ? (/^"(.*)":?$/s.exec(token) ?? []) : [];
  return text?.replace(/\\(.)/gs, "$1");
}
