import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ArtifactFacts } from "../../../pipeline/protocol/artifacts/sidecar.ts";
import { type ArtifactStore, type Fsync, openStore } from "../../../pipeline/protocol/artifacts/store.ts";
import type { ArtifactEngine } from "../../../schemas/protocol/artifact.ts";
import { makeTree } from "../../support/tree.ts";

export const JOB = "22222222-2222-8222-8222-222222222222";

/** What an engine's output is stored with. */
export const ENGINE: ArtifactEngine = {
  engine_id: "engine.supply_chain.vuln",
  engine_version: "1.0.0",
  implementation: { component_id: "oss.osvscanner", name: "osv-scanner", version: "2.3.0", digest: "a".repeat(64) },
  operation: "vuln_scan",
  op_id: JOB,
  config_hash: "b".repeat(64),
  input_hashes: ["c".repeat(64)],
  determinism: "D1",
};

export const FACTS: ArtifactFacts<"report"> = {
  kind: "report",
  mime: "application/json",
  filenameHint: "reports/vuln_scan.json",
  createdAt: "2026-01-02T00:00:00.000Z",
  classification: "medium",
  retentionKind: "Result",
};

/** A store in a temporary folder. Most tests need no disk. */
export function madeStore(fsync: Fsync = "off"): ArtifactStore {
  return openStore(join(makeTree({}), "store"), { fsync });
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
