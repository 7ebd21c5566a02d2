import { planCollection, RETENTION } from "../../pipeline/protocol/artifacts/collect-garbage.ts";
import { exportZip } from "../../pipeline/protocol/artifacts/export-zip.ts";
import { judgeJob } from "../../pipeline/protocol/judged-job.ts";
import { BEGINNING, lineOf } from "../../pipeline/protocol/recorder/line.ts";
import { capabilityEvent } from "../../pipeline/protocol/recorder/operation-events.ts";
import { REGISTRY } from "../../pipeline/protocol/registry/bundled.ts";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { documents } from "../../pipeline/report/documents.ts";
import type { Published } from "../../schemas/published.ts";
import { recordedCase, replay } from "../support/replay.ts";
import { documentsIn } from "./published.ts";

const { planned, recording } = recordedCase("vuln_scan", "aliases");
const conclusion = conclude(replay(planned, recording).input);
const files = documents(conclusion);
const { input, results } = conclusion;
const [first] = results;
if (first === undefined) throw new Error("the recorded run has no result");
const { result, artifacts } = first;
const judged = judgeJob(planned.job, {
  inventory: input.inventory,
  sha256: input.plan.inventory.sha256,
  bytes: input.plan.inventory.bytes,
});
const AS_OF = "2026-01-31T00:00:00.000Z";
const ID = "0190163d-8694-7395-8000-5e1f0a2b3c4d";
const EXPORTER = { engine_id: "supply_gate.artifacts", engine_version: "0.1.0", config_hash: "0".repeat(64) };

/** What is part of another document, or no part of results. */
const MADE: Readonly<Record<string, unknown>> = {
  "artifact-handle": result.outputs[0],
  "bundle-manifest": exportZip("", [], { createdAt: AS_OF, exporter: EXPORTER }).manifest,
  "capability-decision": judged.capabilities[0],
  conformance: {
    schemaVersion: "supply-gate/conformance-1",
    engines: { "engine.guard.secret_scan": { of: "0".repeat(64), at: AS_OF, cases: 32, failed: [] } },
  },
  "engine-error": result.errors[0],
  exit: recording.exit,
  "export-record": {
    schema_version: "supply-gate/export-record-1",
    export_id: ID,
    created_at: AS_OF,
    actor: "HUMAN_DEV",
    source_entity_refs: [],
    source_hashes: [result.outputs[0]?.content_hash],
    export_format: "file",
    exporter: EXPORTER,
    determinism_level: "bitwise",
    export_target: "local_file",
    policy_id: "supply-gate.default",
    redactions_applied: false,
    output_artifact_handles: [result.outputs[0]],
    materialized_paths: ["report.json"],
  },
  "flight-event": JSON.parse(
    lineOf({
      ...capabilityEvent("fs.read:inputs", "supply-gate", result.op_id, "allow"),
      actor: "system",
      event_id: ID,
      trace_id: ID,
      seq: 0,
      prev: BEGINNING,
      timestamp: AS_OF,
    }).text,
  ),
  "gate-decision": judged.decisions[0],
  "license-fact": {
    schemaVersion: "supply-gate/license-fact-1",
    purl: "pkg:npm/left-pad@1.3.0",
    archive: { sha256: "0".repeat(64), bytes: 3619, locked: { algorithm: "sha512", value: "0".repeat(128) } },
    declared: [{ raw: "WTFPL", from: "package.json#license" }],
    files: [{ path: "COPYING", sha256: "0".repeat(64), bytes: 482, detected: "WTFPL" }],
    scanner: { name: "scancode", version: "32.5.0" },
    ignored: [],
    ignoredCounts: {},
    digest: "0".repeat(64),
  },
  opinions: {
    schemaVersion: "supply-gate/opinions-1",
    source: "cargo-audit",
    version: "0.22.2",
    ecosystem: "crates.io",
    database: { advisories: 714, sha256: "0".repeat(64), asked: null },
    lockfile: "Cargo.lock",
    lockfileSha256: "0".repeat(64),
    packages: 419,
    items: [],
  },
  "planned-operation": planned.job.operation,
  policy: {
    schemaVersion: "supply-gate/policy-1",
    extends: "recommended",
    exclude: [{ path: "third_party", reason: "vendored, gated in its own repository" }],
    register: "docs/register.yaml",
  },
  "provenance-record": result.provenance,
  "prune-report": planCollection(
    artifacts.map(({ sidecar: artifact }) => ({ artifact, storedAt: new Date("2025-10-01T00:00:00Z") })),
    RETENTION,
    new Date(AS_OF),
    true,
  ),
  register: {
    schemaVersion: "supply-gate/register-1",
    components: [
      {
        component_id: "oss.parser",
        name: "parser",
        upstream_ref: "pkg:npm/parser",
        license: "MIT",
        integration_mode_default: "embedded_lib",
        capabilities_required: [],
        pinning_policy: "exact version in the lockfile",
        compliance_notes: "",
        test_fixture: "test/parser",
        used_by_modules: ["shop"],
      },
    ],
  },
  registry: REGISTRY,
  run: {
    schemaVersion: "supply-gate/run-1",
    started: AS_OF,
    ended: "2026-01-31T00:00:09.000Z",
    wallMs: 9000,
    phaseMs: { prepare: 40, plan: 60, stage: 500, scan: 8300, decide: 100 },
    maxRssBytes: 146_690_048,
    engine: "host",
    engineReason: "asked for",
    isolation: "bubblewrap",
    tools: { gitleaks: { version: "8.30.1", route: "go", digest: "0".repeat(64) } },
    conformance: { "engine.guard.secret_scan": "passed" },
    history: null,
    recorder: { events: 110, head: "0".repeat(64) },
    steps: { vuln_scan: recording.exit },
  },
  waivers: {
    schemaVersion: "supply-gate/waivers-1",
    waivers: [
      {
        what: { vulnerability: "CVE-2021-23337" },
        where: { purl: "pkg:npm/lodash@4.17.20" },
        reason: "only the build calls it, with our own input",
        justification: "vulnerable_code_cannot_be_controlled_by_adversary",
        owner: "web team",
        approver: "security",
        created: "2026-01-01",
        expires: "2026-03-01",
      },
    ],
  },
};

/** The example of a published document: out of a recorded run where it is part of one. */
export function exampleText(published: Published): string {
  const made = MADE[published.name];
  const found = [...files].find(([path]) => published.files?.test(path) === true);
  const value = made ?? (found === undefined ? undefined : documentsIn(found[1], published)[0]);
  if (value === undefined && published.name !== "waivers-as-applied") throw new Error(`${published.name}: no example`);
  // Beside the word "key" a digest looks like a credential to every scanner, ours too.
  const text = JSON.stringify(value ?? null, null, 2).replaceAll(
    /("step_?[kK]ey": ")[0-9a-f]{64}/g,
    `$1${"0".repeat(64)}`,
  );
  return `${text}\n`;
}

/** All files of a recorded run. */
export const RECORDED: ReadonlyMap<string, string> = files;
