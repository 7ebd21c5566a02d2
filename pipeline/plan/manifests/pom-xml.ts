import type { Lockfile } from "../../../schemas/lockfile.ts";
import { mavenFamilyOf, propertiesOf } from "./maven-family.ts";
import type { MavenDependency, MavenPart } from "./maven-model.ts";
import { interpolation } from "./maven-properties.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const ID = /^[A-Za-z0-9_.-]+$/;
/** A bare version, or one alone in square brackets: anything else leaves a choice. */
const EXACT = /^(?!LATEST$|RELEASE$)([^\s[\](),$]+)$|^\[\s*([^\s[\](),$]+)\s*\]$/;

/**
 * Reads `pom.xml` as far as it states exact versions: its own dependencies, those of all its profiles, and those of its parents in
 * the tree. Properties and `dependencyManagement` are filled in; plugins are left out.
 *
 * It lists no dependency of a dependency, nor what a parent from the registry adds: these are gaps. `dev` is the scope `test`.
 * @throws GateError LOCKFILE_INVALID, also for parents in a circle
 */
export function readPomXml(input: LockfileInput): Lockfile {
  const family = mavenFamilyOf(input);
  const own = family.slice(0, 1).map(({ groupId, artifactId }) => `${groupId}:${artifactId}`);
  const found: Found = { packages: [], gaps: [], own };
  const properties = propertiesOf(family);
  const managed = family.flatMap((project) => project.managed);
  const overridden = new Set<string>();
  for (const project of family) {
    const dependencies = project.dependencies.filter((each) => !overridden.has(keyOf(each)));
    for (const each of dependencies) overridden.add(keyOf(each));
    add(input.path, { properties, managed, dependencies }, found);
    for (const profile of project.profiles) {
      add(input.path, withProfile(profile, properties, managed), found);
    }
  }
  const top = family.at(-1)?.parent;
  if (top !== undefined) {
    const name = `${top.groupId}:${top.artifactId}:${top.version}`;
    found.gaps.push({ code: "transitive-unknown", name, detail: "the parent is not in the tree" });
  }
  if (found.packages.length > 0) {
    const detail = "what they need themselves is listed only in the registry";
    found.gaps.push({ code: "transitive-unknown", name: "dependencies of the dependencies", detail });
  }
  return lockfileOf(input.path, "pom-xml", found);
}

function withProfile(profile: MavenPart, properties: Map<string, string>, managed: MavenDependency[]): MavenPart {
  return {
    properties: new Map([...properties, ...profile.properties]),
    managed: [...profile.managed, ...managed],
    dependencies: profile.dependencies,
  };
}

function add(path: string, part: MavenPart, found: Found): void {
  const fill = interpolation(path, part.properties);
  const managed = new Map<string, MavenDependency>();
  for (const each of part.managed) {
    const key = fill(keyOf(each));
    if (!managed.has(key)) managed.set(key, each);
  }
  for (const dependency of part.dependencies) {
    const rule = managed.get(fill(keyOf(dependency)));
    const [groupId, artifactId] = [fill(dependency.groupId), fill(dependency.artifactId)];
    const [range, scope] = [
      fill(dependency.version || rule?.version || ""),
      fill(dependency.scope || rule?.scope || ""),
    ];
    addPackage(path, `${groupId}:${artifactId}`, range, scope, dependency.systemPath, found);
  }
}

function addPackage(path: string, name: string, range: string, scope: string, file: string, found: Found): void {
  if (name.includes("${")) {
    found.gaps.push({ code: "unresolved-range", name, detail: range === "" ? "no version stated" : range });
    return;
  }
  if (name.split(":").length !== 2 || !name.split(":").every((id) => ID.test(id))) {
    throw lockfileInvalid(path, `the dependency "${name}"`, "a groupId and an artifactId");
  }
  const [, bare, alone] = EXACT.exec(range) ?? [];
  const version = bare ?? alone ?? "";
  const origin = scope === "system" ? "path" : "registry";
  const gap = gapOfOrigin(origin, name, file);
  if (gap !== undefined) found.gaps.push(gap);
  else if (range === "") found.gaps.push({ code: "unpinned", name, detail: "no version stated" });
  else if (version === "") found.gaps.push({ code: "unresolved-range", name, detail: range });
  found.packages.push({ name, version, ecosystem: "Maven", dev: scope === "test", origin });
}

function keyOf({ groupId, artifactId, type, classifier }: MavenDependency): string {
  return [groupId, artifactId, type || "jar", classifier].join(":");
}
