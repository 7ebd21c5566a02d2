import { lockfileInvalid } from "./reader.ts";

export const PROTO = "__proto__";

/**
 * Refuses a key `__proto__` anywhere: no package has that name, and schemas drop such a key without a word.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function refuseProto(path: string, value: unknown): void {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    if (Object.hasOwn(next, PROTO)) throw lockfileInvalid(path, `the key "${PROTO}"`, "names of packages");
    for (const inner of Object.values(next)) if (typeof inner === "object") open.push(inner);
  }
}
