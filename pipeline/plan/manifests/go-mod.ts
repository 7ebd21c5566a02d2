import type { Lockfile } from "../../../schemas/lockfile.ts";
import { type Directive, directivesOf } from "./go-directive.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const VERSION = /^v\d+\.\d+\.\d+[0-9A-Za-z.+-]*$/;
const KNOWN = ["module", "go", "toolchain", "godebug", "require", "replace", "exclude", "retract", "tool", "ignore"];

interface Module {
  readonly path: string;
  readonly version: string;
}

/**
 * Reads `go.mod`: every required module with `replace` and `exclude` applied, versions without their `v`.
 *
 * Below Go 1.17 (and without a `go` line) go.mod leaves indirect modules out: those of the go.sum beside it are added.
 * @throws GateError LOCKFILE_INVALID
 */
export function readGoMod(input: LockfileInput): Lockfile {
  const { path, text } = input;
  const directives = directivesOf(path, text);
  if (!directives.some((each) => each.verb === "module")) throw lockfileInvalid(path, "no module line", "a go.mod");
  const unknown = directives.find((each) => !KNOWN.includes(each.verb));
  if (unknown !== undefined) throw lockfileInvalid(unknown.place, `"${unknown.verb}"`, KNOWN.join(", "));
  const of = (verb: string) => directives.filter((each) => each.verb === verb);

  const found: Found = { packages: [], gaps: [] };
  const required = of("require").map((each) => moduleOf(each, each.words));
  const modules = required.length > 0 && listsDirectOnly(of("go")) ? [...required, ...ofSum(input, found)] : required;
  const excluded = new Set(of("exclude").map((each) => keyOf(moduleOf(each, each.words))));
  const replacements = new Map(of("replace").map(replacementOf));
  for (const module of modules) {
    if (excluded.has(keyOf(module))) continue;
    const target = replacements.get(keyOf(module)) ?? replacements.get(module.path) ?? module;
    if (target.version === "") {
      found.gaps.push({ code: "path-dependency", name: module.path, detail: target.path });
    } else {
      const version = target.version.replace(/^v/, "");
      found.packages.push({ name: target.path, version, ecosystem: "Go", dev: false, origin: "registry" });
    }
  }
  return lockfileOf(path, "go-mod", found);
}

/** Before 1.17 only the modules that the project itself imports are written down; a missing line means 1.16. */
function listsDirectOnly(go: readonly Directive[]): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(go[0]?.words[0] ?? "1.16") ?? [];
  return Number(major) === 1 && Number(minor) < 17;
}

function moduleOf({ place, verb }: Directive, words: readonly string[]): Module {
  const [path, version, ...more] = words;
  if (path === undefined || version === undefined || more.length > 0 || !VERSION.test(version)) {
    throw lockfileInvalid(place, `"${[verb, ...words].join(" ")}"`, "a module path and a version such as v1.2.3");
  }
  return { path, version };
}

/** The module or module path that is replaced, and by what; a folder has no version. */
function replacementOf(directive: Directive): [string, Module] {
  const { place, words } = directive;
  const arrow = words.indexOf("=>");
  const [old, target] = [words.slice(0, arrow), words.slice(arrow + 1)];
  const [oldPath, folder] = [old[0], target[0]];
  if (arrow < 1 || oldPath === undefined || folder === undefined) {
    throw lockfileInvalid(place, `"replace ${words.join(" ")}"`, '"replace <module> => <module or folder>"');
  }
  const key = old.length === 1 ? oldPath : keyOf(moduleOf(directive, old));
  const isFolder = target.length === 1 && /^(?:\.{0,2}\/|\.{1,2}$|[A-Za-z]:)/.test(folder);
  return [key, isFolder ? { path: folder, version: "" } : moduleOf(directive, target)];
}

function ofSum({ path, sibling }: LockfileInput, found: Found): Module[] {
  const text = sibling("go.sum");
  if (text === undefined) {
    found.gaps.push({ code: "missing-include", name: "go.sum", detail: "indirect modules are listed only there" });
    return [];
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === "") return [];
    const [module = "", version = "", hash, ...more] = line.trim().split(/\s+/);
    if (hash === undefined || more.length > 0 || !VERSION.test(version.replace(/\/go\.mod$/, ""))) {
      const place = `${path.replace(/[^/]*$/, "")}go.sum:${index + 1}`;
      throw lockfileInvalid(place, "a broken line", '"<module> <version> <hash>"');
    }
    return version.endsWith("/go.mod") ? [] : [{ path: module, version }];
  });
}

function keyOf({ path, version }: Module): string {
  return `${path}@${version}`;
}
