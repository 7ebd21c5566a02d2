import { Buffer } from "node:buffer";

/** Ids of the made-up records begin with this; no source of advisories may use it. */
export const CANARY_PREFIX = "SUPPLY-GATE-CANARY-";

/** The version that every canary package is locked at. */
export const CANARY_VERSION = "0.1.0";

/** Ways by which the scanner must find a record: by a listed version, and by a range. */
const WAYS = ["version", "range"] as const;

/** The package names that stand for an ecosystem; they exist in no registry. */
export function canaryPackages(ecosystem: string): { name: string; record: string }[] {
  return WAYS.map((way) => ({
    name: `supply-gate-canary-${way}`,
    record: `${CANARY_PREFIX}${ecosystem.toUpperCase()}-${way.toUpperCase()}`,
  }));
}

/** The made-up OSV records (schema 1.7) that lie in an ecosystem's database beside the real ones. */
export function canaryRecords(ecosystem: string): { id: string; bytes: Buffer }[] {
  return canaryPackages(ecosystem).map(({ name, record }, index) => {
    const matched =
      WAYS[index] === "version"
        ? { versions: [CANARY_VERSION] }
        : { ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "0.2.0" }] }] };
    const content = {
      schema_version: "1.6.0",
      id: record,
      modified: "2026-01-01T00:00:00Z",
      summary: "made up by supply-gate: proves that this database is searched",
      affected: [{ package: { ecosystem, name }, ...matched }],
    };
    return { id: record, bytes: Buffer.from(JSON.stringify(content)) };
  });
}
