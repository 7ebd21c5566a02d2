import { aliasOf, originOfSpec, splitDescriptor } from "./npm-spec.ts";
import { type Found, gapOfOrigin, lockfileInvalid } from "./reader.ts";

interface Entry {
  readonly place: string;
  readonly descriptors: readonly string[];
  readonly fields: Map<string, string>;
  readonly needs: string[];
}

/**
 * What a `yarn.lock` of version 1 names. Line by line and strict: an entry's head, fields two spaces in, dependencies four.
 *
 * @throws GateError LOCKFILE_INVALID with the line; also when a package needs one that the file doesn't list (cut off).
 */
export function ofYarnClassic(path: string, text: string): Found {
  const entries = entriesOf(path, text);
  const names = new Set(entries.flatMap((entry) => entry.descriptors.map((each) => splitDescriptor(each).name)));
  const found: Found = { packages: [], gaps: [] };
  for (const entry of entries) {
    const missing = entry.needs.find((name) => !names.has(name));
    if (missing !== undefined) throw lockfileInvalid(entry.place, `no entry for "${missing}"`, "a whole lockfile");
    const { name, range } = splitDescriptor(entry.descriptors[0] ?? "");
    const version = entry.fields.get("version");
    if (version === undefined) throw lockfileInvalid(entry.place, "an entry without a version", 'the field "version"');
    const alias = aliasOf(range);
    const resolved = entry.fields.get("resolved") ?? "";
    const origin = originOf(alias?.range ?? range, resolved);
    const real = alias?.name ?? name;
    const gap = gapOfOrigin(origin, real, origin === "git" && resolved !== "" ? resolved : range);
    if (gap !== undefined) found.gaps.push(gap);
    found.packages.push({ name: real, version, ecosystem: "npm", dev: false, origin });
  }
  return found;
}

function originOf(range: string, resolved: string) {
  const origin = originOfSpec(range);
  if (origin !== "registry") return origin;
  // `user/repo` and a `resolutions` entry may leave a range that says nothing; a git source still shows where it came from.
  return originOfSpec(resolved) === "git" ? "git" : "registry";
}

function entriesOf(path: string, text: string): Entry[] {
  const entries: Entry[] = [];
  const heads = new Set<string>();
  let inList = false;
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const place = `${path}:${index + 1}`;
    const [, indent = "", content = ""] = /^( *)(.*)$/.exec(line) ?? [];
    if (content === "" || content.startsWith("#")) continue;
    const entry = entries.at(-1);
    if (indent === "") {
      const descriptors = headOf(place, content);
      for (const each of descriptors) {
        if (heads.has(each)) throw lockfileInvalid(place, `the entry "${each}" twice`, "each entry once");
        heads.add(each);
      }
      entries.push({ place, descriptors, fields: new Map(), needs: [] });
    } else if (entry !== undefined && indent === "  ") {
      inList = /^[A-Za-z]+:$/.test(content);
      if (inList) continue;
      const [key, value] = pairOf(place, content);
      if (entry.fields.has(key)) throw lockfileInvalid(place, `the key "${key}" twice`, "each key once");
      entry.fields.set(key, value);
    } else if (entry !== undefined && indent === "    " && inList) entry.needs.push(pairOf(place, content)[0]);
    else throw lockfileInvalid(place, "a line that belongs to no entry", "a yarn.lock of version 1");
  }
  return entries;
}

const WORD = String.raw`"(?:[^"\\]|\\.)*"|[^\s",][^\s,]*`;
const HEAD = new RegExp(`^(?:${WORD})(?:, (?:${WORD}))*:$`);
const PAIR = new RegExp(`^(${WORD}) (${WORD})$`);

function headOf(place: string, content: string): string[] {
  if (!HEAD.test(content)) throw lockfileInvalid(place, "a line that opens no entry", '"<name>@<range>:"');
  return [...content.slice(0, -1).matchAll(new RegExp(WORD, "g"))].map(([word]) => unquoted(place, word));
}

function pairOf(place: string, content: string): [string, string] {
  const [, key, value] = PAIR.exec(content) ?? [];
  if (key === undefined || value === undefined) throw lockfileInvalid(place, "a broken line", '"<key> <value>"');
  return [unquoted(place, key), unquoted(place, value)];
}

function unquoted(place: string, word: string): string {
  if (!word.startsWith('"')) return word;
  try {
    return JSON.parse(word);
  } catch (cause) {
    throw lockfileInvalid(place, "a broken string", "text in double quotes", cause);
  }
}
