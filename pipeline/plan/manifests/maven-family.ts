import { posix } from "node:path";
import { type MavenProject, mavenProjectOf } from "./maven-model.ts";
import { type LockfileInput, lockfileInvalid } from "./reader.ts";

/** As many parents as osv-scanner follows. */
const MAX_PARENTS = 100;

/**
 * The project, its parent, and so on as far as the tree has them.
 *
 * @throws GateError LOCKFILE_INVALID, also for parents in a circle
 */
export function mavenFamilyOf(input: LockfileInput): MavenProject[] {
  const family = [mavenProjectOf(input.path, input.text)];
  let folder = ".";
  for (let parent = family[0]?.parent; parent !== undefined; parent = family.at(-1)?.parent) {
    const place = posix.join(folder, parent.relativePath || "../pom.xml");
    const relative = input.sibling(place) === undefined ? posix.join(place, "pom.xml") : place;
    const text = input.sibling(relative);
    if (text === undefined || family.length > MAX_PARENTS) break;
    const next = mavenProjectOf(posix.join(posix.dirname(input.path), relative), text);
    if (next.packaging !== "pom" || idOf(next) !== idOf(parent)) break;
    if (family.some((known) => idOf(known) === idOf(next))) {
      throw lockfileInvalid(input.path, `"${idOf(next)}" as a parent of itself`, "parents that end");
    }
    family.push(next);
    folder = posix.dirname(relative);
  }
  return family;
}

/** A child's property goes before its parent's; the project's own coordinates before both. */
export function propertiesOf(family: readonly MavenProject[]): Map<string, string> {
  const properties = new Map(family.toReversed().flatMap((project) => [...project.properties]));
  const [own] = family;
  for (const [prefix, ids] of [
    ["", own],
    ["parent.", own?.parent],
  ] as const) {
    if (ids === undefined) continue;
    for (const key of ["groupId", "artifactId", "version"] as const) {
      for (const start of ["project.", "pom."]) properties.set(`${start}${prefix}${key}`, ids[key]);
      if (!properties.has(`${prefix}${key}`)) properties.set(`${prefix}${key}`, ids[key]);
    }
  }
  return properties;
}

function idOf({ groupId, artifactId, version }: { groupId: string; artifactId: string; version: string }): string {
  return `${groupId}:${artifactId}:${version}`;
}
