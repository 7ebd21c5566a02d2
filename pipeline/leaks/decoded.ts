/**
 * Text as gitleaks sees it after `depth` passes of decoding: percent, \u and U+, hexadecimal, base64, each only where it gives printable ASCII.
 * The forms and their order are those of gitleaks 8.30.1 (detect/codec).
 */
export function decoded(text: string, depth: number): string {
  let result = text;
  for (let pass = 0; pass < depth; pass++) result = result.replace(ENCODED, decodedRun);
  return result;
}

const ENCODED =
  /(?<percent>%[0-9A-Fa-f]{2}(?:.*%[0-9A-Fa-f]{2})?)|(?<unicode>(?:U\+[a-fA-F0-9]{4}(?:\s|$))+|(?:\\{1,2}[uU][a-fA-F0-9]{4})+)|(?<hex>[0-9A-Fa-f]{32,})|(?<base64>[\w/+-]{16,}={0,2})/g;

function decodedRun(run: string, ...rest: unknown[]): string {
  const groups = rest.at(-1) as Partial<Record<"percent" | "unicode" | "hex" | "base64", string>>;
  const value = valueOfRun(run, groups);
  return value === "" || !/^[\t-~]*$/.test(value) ? run : value;
}

function valueOfRun(run: string, { percent, unicode, hex }: Partial<Record<string, string>>): string {
  if (percent !== undefined) return run.replace(/%([0-9A-Fa-f]{2})/g, (_, digits) => character(digits));
  if (unicode !== undefined) return [...run.matchAll(/[a-fA-F0-9]{4}/g)].map(([digits]) => character(digits)).join("");
  if (hex !== undefined) return run.length % 2 === 0 ? Buffer.from(run, "hex").toString("latin1") : "";
  return Buffer.from(run, "base64").toString("latin1");
}

function character(hexDigits: string): string {
  return String.fromCodePoint(Number.parseInt(hexDigits, 16));
}
