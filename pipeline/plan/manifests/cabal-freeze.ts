import type { Lockfile } from "../../../schemas/lockfile.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

interface Field {
  readonly name: string;
  /** Line of the field's name, then of each line that goes on with it. */
  readonly parts: { readonly place: string; readonly text: string }[];
}

const CONSTRAINT = /^(?:(?:any|setup)\.|[\w-]+:setup\.)?([A-Za-z0-9][A-Za-z0-9-]*)\s*(.*)$/;
const EXACT = /^==\s*(\d+(?:\.\d+)*)$/;
const FLAG = /^[+-]\w/;

/**
 * Reads `cabal.project.freeze`: the exact versions of its `constraints`; flags lock nothing, and what comes with the compiler
 * (`installed`) has a gap.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readCabalFreeze({ path, text }: LockfileInput): Lockfile {
  const fields = fieldsOf(path, text);
  const last = fields.at(-1)?.parts.at(-1);
  if (last === undefined) throw lockfileInvalid(path, "no field", '"constraints:"');
  if (last.text.trimEnd().endsWith(",")) throw lockfileInvalid(last.place, "a list that breaks off", "a whole file");
  const found: Found = { packages: [], gaps: [] };
  for (const { parts } of fields.filter(({ name }) => name === "constraints")) {
    for (const { place, text: part } of parts) {
      for (const constraint of part.split(",")) if (constraint.trim() !== "") add(place, constraint.trim(), found);
    }
  }
  return lockfileOf(path, "cabal-freeze", found);
}

/** `name: text`, and further lines that are indented. */
function fieldsOf(path: string, text: string): Field[] {
  const fields: Field[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("--")) continue;
    const place = `${path}:${index + 1}`;
    const [, name, rest = ""] = /^([A-Za-z][\w-]*)\s*:(.*)$/.exec(line) ?? [];
    const field = fields.at(-1);
    if (name !== undefined) fields.push({ name: name.toLowerCase(), parts: [{ place, text: rest }] });
    else if (field !== undefined && /^\s/.test(line)) field.parts.push({ place, text: line });
    else throw lockfileInvalid(place, `"${line}"`, '"<field>: <value>"');
  }
  return fields;
}

function add(place: string, constraint: string, found: Found): void {
  const [, name, rest = ""] = CONSTRAINT.exec(constraint) ?? [];
  if (name === undefined) throw lockfileInvalid(place, `"${constraint}"`, "any.<package> ==<version>");
  if (rest.split(/\s+/).every((word) => FLAG.test(word))) return;
  // Cabal itself and `setup` dependencies can be there in two versions.
  const versions = rest.split("||").map((range) => EXACT.exec(range.trim())?.[1] ?? "");
  if (versions.includes("")) {
    const isBuiltIn = rest === "installed";
    if (!isBuiltIn && !/^[=<>^!]/.test(rest))
      throw lockfileInvalid(place, `"${constraint}"`, "a version, flags or installed");
    const detail = isBuiltIn ? "installed: comes with the compiler" : rest;
    found.gaps.push({ code: isBuiltIn ? "unpinned" : "unresolved-range", name, detail });
  }
  const locked = versions.includes("") ? [""] : versions;
  for (const version of locked) {
    found.packages.push({ name, version, ecosystem: "Hackage", dev: false, origin: "registry" });
  }
}
