import type { JudgedTree } from "../../pipeline/opinions/fit.ts";
import type { Finding } from "../../schemas/finding.ts";
import type { InventoryFile } from "../../schemas/inventory.ts";
import type { LockedPackage, Lockfile } from "../../schemas/lockfile.ts";
import type { OpinionItem, OpinionSource, Opinions } from "../../schemas/opinion.ts";

export const PURL = "pkg:cargo/crate@1.0.0";

const SHA256 = "a".repeat(64);

/** A tree of two Cargo.lock files that share a crate, and a file that is none. */
export const TREE: JudgedTree = {
  inventory: {
    schemaVersion: "supply-gate/inventory-1",
    files: ["Cargo.lock", "README.md", "sub/Cargo.lock"].map(
      (path): InventoryFile => ({ path, size: 1, sha256: SHA256, encoding: "text" }),
    ),
    leftOut: [],
  },
  lockfiles: [
    locking("sub/Cargo.lock", crate("crate", "1.0.0")),
    locking("Cargo.lock", crate("crate", "1.0.0"), crate("other", "2.0.0")),
  ],
};

/** osv-scanner's finding about the crate. */
export function finding(more: Partial<Finding> = {}): Finding {
  return {
    ...{ id: "vulnerability-000000000001", kind: "vuln_scan", class: "vulnerability", rule: "vulnerability.medium" },
    ...{ ruleId: "CVE-2019-1", severity: "medium", title: "Made up", locations: [{ path: "Cargo.lock" }], purl: PURL },
    ...{ scope: "runtime", aliases: ["CVE-2019-1", "GHSA-aaaa", "RUSTSEC-2019-0001"] },
    ...{ severitySource: "GHSA-aaaa: MODERATE", fixedIn: ["1.2.0"], next: "update crate to 1.2.0 or later" },
    ...more,
  };
}

/** The same, as another tool says it. */
export function item(more: Partial<OpinionItem> = {}): OpinionItem {
  return {
    ...{ id: "RUSTSEC-2019-0001", aliases: ["CVE-2019-1"], purl: PURL, class: "vulnerability", severity: "unknown" },
    ...{ severitySource: "none", title: "Made up", detail: "patched: >=1.2.0" },
    ...more,
  };
}

export function opinionOf(source: OpinionSource, items: OpinionItem[]): Opinions {
  return {
    ...{ schemaVersion: "supply-gate/opinions-1", source, version: "1.0.0", ecosystem: "crates.io" },
    database: { advisories: 1, sha256: SHA256, asked: null },
    ...{ lockfile: "Cargo.lock", lockfileSha256: SHA256, packages: 2, items },
  };
}

function crate(name: string, version: string): LockedPackage {
  return { name, version, ecosystem: "crates.io", dev: false, origin: "registry" };
}

function locking(path: string, ...packages: LockedPackage[]): Lockfile {
  return { path, format: "cargo-lock", packages, gaps: [] };
}
