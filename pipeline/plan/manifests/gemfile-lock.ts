import { posix } from "node:path";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const SOURCES: ReadonlyMap<string, LockedPackage["origin"]> = new Map([
  ["GEM", "registry"],
  ["GIT", "git"],
  ["PATH", "path"],
  ["PLUGIN SOURCE", "url"],
]);
const OTHERS = ["PLATFORMS", "DEPENDENCIES", "CHECKSUMS", "RUBY VERSION", "BUNDLED WITH"];

/** `name (version)`, `name (version-platform)`; a version of a gem has no `-`. */
const SPEC = /^(\S+) \(([^\s()-]+)(?:-[^\s()]+)?\)!?$/;

/** A block of the file; `fields` are `remote`, `revision` and the like of a source. */
interface Section {
  readonly name: string;
  readonly fields: Map<string, string>;
}

/**
 * Reads `Gemfile.lock` and `gems.locked`. One gem for several platforms is one package; a gem of the folder itself is the project,
 * and no package. The file doesn't say what is for development only.
 *
 * @throws GateError LOCKFILE_INVALID; also when a gem needs one that the file doesn't list, or the list of dependencies is missing (cut off).
 */
export function readGemfileLock({ path, text }: LockfileInput): Lockfile {
  if (text.replace(/^\uFEFF/, "").trim() === "") throw lockfileInvalid(path, "an empty file", "a Gemfile.lock");
  const found = { packages: [], gaps: [], own: [] };
  const names = new Set(["bundler"]);
  const needed = new Map<string, string>();
  let section: Section | undefined;
  let whole = false;
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const place = `${path}:${index + 1}`;
    if (line.trim() === "") continue;
    if (!line.startsWith(" ")) {
      section = sectionOf(place, line);
      whole ||= line === "DEPENDENCIES";
    } else if (section === undefined) throw lockfileInvalid(place, `"${line}"`, "a section such as GEM");
    else if (!SOURCES.has(section.name)) continue;
    else if (line.startsWith("      ")) needed.set(line.trim().split(" ", 1)[0] ?? "", place);
    else if (line.startsWith("    ")) names.add(addSpec(found, place, section, line.slice(4)));
    else {
      const [key = "", value = ""] = line.trim().split(/: (.*)/s, 2);
      section.fields.set(key, value);
    }
  }
  if (!whole) throw lockfileInvalid(path, "no section DEPENDENCIES", "a whole Gemfile.lock");
  for (const [name, place] of needed) {
    if (!names.has(name)) throw lockfileInvalid(place, `no gem "${name}"`, "all that the gems need");
  }
  return lockfileOf(path, "gemfile-lock", found);
}

function sectionOf(place: string, line: string): Section {
  if (SOURCES.has(line) || OTHERS.includes(line)) return { name: line, fields: new Map() };
  throw lockfileInvalid(place, `"${line}"`, `one of ${[...SOURCES.keys(), ...OTHERS].join(", ")}`);
}

/** Adds the gem, or the project itself; gives its name. */
function addSpec(found: Required<Found>, place: string, { name: kind, fields }: Section, spec: string): string {
  const [, name, version] = SPEC.exec(spec) ?? [];
  if (name === undefined || version === undefined) throw lockfileInvalid(place, `"${spec}"`, "a gem as name (version)");
  const origin = SOURCES.get(kind) ?? "registry";
  const remote = fields.get("remote") ?? "";
  if (origin === "path" && posix.normalize(`${remote}/`) === "./") {
    found.own.push(name);
    return name;
  }
  const revision = fields.get("revision");
  const gap = gapOfOrigin(origin, name, revision === undefined ? remote : `${remote}#${revision}`);
  if (gap !== undefined) found.gaps.push(gap);
  found.packages.push({ name, version, ecosystem: "RubyGems", dev: false, origin });
  return name;
}
