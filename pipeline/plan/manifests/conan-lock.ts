import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

const MAX_DEPTH = 64;

/** Before 0.1 a need was `reference: id`. */
const Ids = z.union([z.array(z.string()), z.record(z.string(), z.string()).transform(Object.values)]).default([]);

const Node = z.object({
  ref: z.string().nullish(),
  pref: z.string().nullish(),
  path: z.string().nullish(),
  requires: Ids,
  build_requires: Ids,
});

const References = z.array(z.string()).optional();

const ConanLock = z.object({
  version: z
    .string()
    .regex(/^0\.[0-5]$/, "expected a version of 0.0 to 0.5")
    .optional(),
  graph_lock: z.object({ nodes: z.record(z.string(), Node) }).optional(),
  requires: References,
  build_requires: References,
  python_requires: References,
  config_requires: References,
});

/**
 * Reads `conan.lock`, versions up to 0.4 (Conan 1, a graph) and 0.5 (Conan 2, lists). Tools that only the build needs run in it,
 * so nothing is `dev`.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readConanLock({ path, text }: LockfileInput): Lockfile {
  const lock = readValue(ConanLock, parseJson(path, text, MAX_DEPTH), path, "LOCKFILE_INVALID");
  const found = { packages: [], gaps: [], own: [] };
  if (lock.graph_lock !== undefined) addGraph(path, lock.graph_lock.nodes, found);
  else {
    const lists = [lock.requires, lock.build_requires, lock.python_requires, lock.config_requires];
    if (lock.version === undefined || lists.every((list) => list === undefined)) {
      throw lockfileInvalid(path, 'neither "graph_lock" nor "requires"', "a conan.lock");
    }
    for (const reference of lists.flatMap((list) => list ?? [])) addReference(path, reference, found);
  }
  return lockfileOf(path, "conan-lock", found);
}

function addGraph(path: string, nodes: Readonly<Record<string, z.infer<typeof Node>>>, found: Required<Found>): void {
  const needed = new Set(Object.values(nodes).flatMap((node) => [...node.requires, ...node.build_requires]));
  const missing = [...needed].find((id) => !Object.hasOwn(nodes, id));
  if (missing !== undefined) throw lockfileInvalid(path, `no node "${missing}"`, "every node that another needs");
  for (const [id, node] of Object.entries(nodes)) {
    const reference = node.pref || node.ref || "";
    if (node.path) {
      // The recipe that was locked, or one in work: it belongs to a tree.
      const name = reference.replace(/\/.*$/s, "");
      if (needed.has(id)) found.gaps.push({ code: "path-dependency", name: name || id, detail: node.path });
      else if (name !== "") found.own.push(name);
    } else if (needed.has(id) || reference.includes("/")) addReference(path, reference, found);
  }
}

/** `name/version[@user/channel][#revision][:package[#revision]][%timestamp]`. */
function addReference(path: string, reference: string, found: Found): void {
  const [, name, version] = /^([^/@#:%\s]+)\/([^/@#:%\s]+)(?:[@#:%]\S*)?$/.exec(reference) ?? [];
  if (name === undefined || version === undefined) throw lockfileInvalid(path, `"${reference}"`, "<name>/<version>");
  found.packages.push({ name, version, ecosystem: "ConanCenter", dev: false, origin: "registry" });
}
