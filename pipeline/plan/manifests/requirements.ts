import { posix } from "node:path";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileOf, withoutCredentials } from "./reader.ts";
import { type Requirement, requirementOf } from "./requirement.ts";
import { logicalLines, requestsOf } from "./requirement-line.ts";

interface Source {
  /** Relative to the lockfile's folder. */
  readonly relative: string;
  readonly place: string;
  readonly text: string;
  /** A constraint says which version, not that a package is wanted. */
  readonly isConstraint: boolean;
}

/**
 * Reads a pip requirements file with all that it includes (`-r`) and the exact versions of its constraints (`-c`).
 *
 * Without an exact version a package has version "" and a gap. Markers are not evaluated: every line counts.
 * @throws GateError LOCKFILE_INVALID for a line that pip would refuse
 */
export function readRequirements(input: LockfileInput): Lockfile {
  const found: Found = { packages: [], gaps: [] };
  const wanted: Requirement[] = [];
  const constraints = new Map<string, string>();
  const name = posix.basename(input.path);
  const open: Source[] = [{ relative: name, place: input.path, text: input.text, isConstraint: false }];
  const seen = new Set([`false ${name}`]);
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    for (const line of logicalLines(source.place, source.text)) {
      for (const request of requestsOf(line)) {
        if (request.kind === "requirement") {
          const requirement = requirementOf(line.place, request.target);
          if (!source.isConstraint) wanted.push(requirement);
          else if (requirement.name !== undefined) constraints.set(requirement.name, requirement.version);
        } else {
          const isConstraint = source.isConstraint || request.kind === "constraint";
          const next = included(input, source, request.target, isConstraint, found);
          const key = next === undefined ? "" : `${isConstraint} ${next.relative}`;
          if (next !== undefined && !seen.has(key)) open.push(next);
          seen.add(key);
        }
      }
    }
  }
  for (const requirement of wanted) add(found, requirement, constraints);
  return lockfileOf(input.path, "requirements", found);
}

function included(input: LockfileInput, from: Source, target: string, isConstraint: boolean, found: Found) {
  const relative = posix.join(posix.dirname(from.relative), target);
  const isLocal = !/^[A-Za-z][A-Za-z0-9+.-]*:|^[/~]|\$\{/.test(target);
  const text = isLocal ? input.sibling(relative) : undefined;
  if (text === undefined) {
    const detail = isLocal ? "the tree has no such file" : "not a file of the tree";
    found.gaps.push({ code: "missing-include", name: isLocal ? relative : withoutCredentials(target), detail });
    return undefined;
  }
  return { relative, place: posix.join(posix.dirname(input.path), relative), text, isConstraint };
}

function add(found: Found, requirement: Requirement, constraints: ReadonlyMap<string, string>): void {
  const { name, origin, source, range } = requirement;
  const shown = name ?? withoutCredentials(source);
  const gap = gapOfOrigin(origin, shown, source);
  if (gap !== undefined) found.gaps.push(gap);
  if (name === undefined) return;
  const version = requirement.version || (origin === "registry" ? (constraints.get(name) ?? "") : "");
  if (gap === undefined && version === "") {
    const code = range === "" ? "unpinned" : "unresolved-range";
    found.gaps.push({ code, name, detail: range === "" ? "no version stated" : range });
  }
  found.packages.push({ name, version, ecosystem: "PyPI", dev: false, origin });
}
