import { findingId } from "../../pipeline/findings/finding-id.ts";
import type { FourCells } from "../../pipeline/split/attribute.ts";
import type { Cells } from "../../schemas/cells.ts";
import type { Finding } from "../../schemas/finding.ts";

/** A vulnerability of `name@version` (npm), as vuln_scan finds it. */
export function vulnerability(ruleId: string, name: string, more: Partial<Finding> = {}): Finding {
  const purl = more.purl ?? `pkg:npm/${name}`;
  return {
    id: findingId("vulnerability", ruleId, purl),
    kind: "vuln_scan",
    class: "vulnerability",
    rule: "vulnerability.high",
    ruleId,
    severity: "high",
    title: `${ruleId} in ${name}`,
    locations: [{ path: "package-lock.json" }],
    purl,
    scope: "runtime",
    aliases: [ruleId],
    next: "update it",
    ...more,
  };
}

/** The nth secret of a rule in a file. */
export function secret(path: string, ordinal: number): Finding {
  return {
    id: findingId("secret", "made-up-rule", path, String(ordinal)),
    kind: "secret_scan",
    class: "secret",
    rule: "secret",
    ruleId: "made-up-rule",
    severity: "high",
    title: "a secret",
    locations: [{ path, startLine: ordinal, startColumn: 1, endLine: ordinal, endColumn: 9 }],
    next: "revoke it",
  };
}

/** A licence of own files. */
export function ownLicense(ruleId: string, paths: readonly string[]): Finding {
  return {
    id: findingId("license", ruleId, ...paths),
    kind: "license_scan",
    class: "license",
    rule: "license.denied",
    ruleId,
    severity: "high",
    title: `denied: ${ruleId}`,
    locations: paths.map((path) => ({ path })),
    next: "take it out",
  };
}

/** Four cells, empty where nothing is said. */
export function cells(of: Partial<FourCells>): FourCells {
  return { headPinned: [], basePinned: [], headNewest: null, baseNewest: null, sameSecrets: [], ...of };
}

/** The same as the document that a decision takes. */
export function cellsFile(of: Partial<Cells>): Cells {
  const sha256 = "0".repeat(64);
  const newest = of.headNewest == null ? null : { snapshotId: sha256, newestModified: "2026-02-01T00:00:00Z" };
  return {
    schemaVersion: "supply-gate/cells-1",
    base: { kind: "tree", name: "before", inventorySha256: sha256 },
    newest,
    basePinned: [],
    baseNewest: of.headNewest == null ? null : [],
    headNewest: null,
    sameSecrets: [],
    problems: [],
    ...of,
  };
}
