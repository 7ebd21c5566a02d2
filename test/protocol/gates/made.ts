import { VERSION } from "../../../pipeline/cli/version.ts";
import { digestOf, uuidOf } from "../../../pipeline/findings/digest.ts";
import { makePlan } from "../../../pipeline/plan/plan.ts";
import { COMMAND_LINE } from "../../../pipeline/protocol/capabilities/surface.ts";
import { configHash } from "../../../pipeline/protocol/config-hash.ts";
import { type EndedOperation, engineResult } from "../../../pipeline/protocol/engine-result.ts";
import type { Measured, PostInput, PreInput } from "../../../pipeline/protocol/gates/gate.ts";
import { judgeAfter, judgeBefore } from "../../../pipeline/protocol/gates/judge.ts";
import { opIdOf } from "../../../pipeline/protocol/op-id.ts";
import { REGISTRY, REGISTRY_SHA256 } from "../../../pipeline/protocol/registry/bundled.ts";
import type { KindId } from "../../../schemas/common.ts";
import type { Job } from "../../../schemas/plan.ts";
import type { ArtifactHandle, ArtifactKind } from "../../../schemas/protocol/artifact-handle.ts";
import type { PlannedOperation } from "../../../schemas/protocol/planned-operation.ts";
import type { Step } from "../../../schemas/step.ts";
import { requestOf } from "../../support/plan-request.ts";
import { makeTree } from "../../support/tree.ts";

type OperatedJob = Extract<Job, { operation: unknown }>;

/** Names that a path check could stumble over, and files that are staged as copies. */
const FILES = {
  "package-lock.json": JSON.stringify({ lockfileVersion: 3, packages: { "node_modules/demo": { version: "1.0.0" } } }),
  "odd:/..name/a\\b/package-lock.json": JSON.stringify({ lockfileVersion: 3, packages: {} }),
  "src/a.gz.txt": "a",
  "src/b.svg": "b",
  ".gitleaks.toml": "",
  "sub/osv-scanner.toml": "",
  ".gitignore": "*",
  "node_modules/demo/package.json": "{}",
  "logs/utf-16.txt": "\ufeffx",
};
const ADVISORIES = { snapshotId: "1".repeat(64), newestModified: "2026-01-01T00:00:00.000Z", ecosystems: { npm: 1 } };

export const PLANNING = makePlan(requestOf(makeTree(FILES), { advisories: ADVISORIES }));
const SHA256 = new Map(PLANNING.inventory.files.map(({ path, sha256 }) => [path, sha256]));

export function jobOf(kind: KindId): OperatedJob {
  const job = PLANNING.plan.jobs.find((each) => each.kind === kind);
  if (job === undefined || !("operation" in job)) throw new Error(`${kind} has no operation`);
  return job;
}

/** What is judged before a real job of a real plan; `change` makes another envelope of it, with the id that it has then. */
export function preOf(
  kind: KindId,
  change: (operation: PlannedOperation) => unknown = (same) => same,
  more: Partial<PreInput> = {},
): PreInput {
  const { operation, ...job } = jobOf(kind);
  return {
    operation: renamed(change(structuredClone(operation))),
    registry: REGISTRY,
    surface: COMMAND_LINE,
    step: "step" in job ? job.step : null,
    stepKey: String(operation.params["step_key"]),
    reads: operation.inputs,
    sha256Of: ({ path }) => SHA256.get(path),
    ...more,
  };
}

/** Gate and code of each denial, in order. */
export function denied(input: PreInput): string[] {
  return judgeBefore(input).denials.map(({ gate, code }) => `${gate} ${code}`);
}

export function deniedAfter(input: PostInput): string[] {
  return judgeAfter(input).denials.map(({ gate, code }) => `${gate} ${code}`);
}

export function stepOf(kind: KindId): Step {
  const job = jobOf(kind);
  if (job.state !== "planned") throw new Error(`${kind} has no step`);
  return job.step;
}

function renamed(operation: unknown): unknown {
  if (typeof operation !== "object" || operation === null || !("op_id" in operation)) return operation;
  if (operation.op_id !== jobOf("vuln_scan").operation.op_id) return operation;
  const { op_id: _, ...content } = operation as PlannedOperation;
  return { ...operation, op_id: opIdOf(content) };
}

export function handle(text: string, kind: ArtifactKind): ArtifactHandle {
  const hash = digestOf(text);
  return {
    artifact_id: uuidOf(hash),
    kind,
    uri: `artifact://sha256/${hash}`,
    content_hash: hash,
    size_bytes: Buffer.byteLength(text),
    classification: "high",
    exportable: false,
  };
}

export const REPORT = {
  kind: "Vuln",
  engine_version: "osv-scanner 2.4.0",
  timestamp: "2026-01-01T00:00:00.000Z",
  findings: { state: "complete", reason: null, problems: [], coverage: null, items: [] },
};

/** A vulnerability scan that ended well. */
export function ended(more: Partial<EndedOperation> = {}): EndedOperation {
  const { operation } = jobOf("vuln_scan");
  const engine = REGISTRY.engines[operation.engine_id];
  const pin = engine?.implementations[0];
  if (engine === undefined || pin?.adapter !== "external_process") throw new Error("no pinned engine");
  const { mode, asOf, policy, waivers, pins, advisories } = PLANNING.plan;
  return {
    operation,
    engine,
    startedAt: asOf,
    endedAt: asOf,
    deniedBefore: [],
    deniedAfter: [],
    problems: [],
    blocking: [],
    outputs: [handle(JSON.stringify(REPORT), "report")],
    evidence: [handle("evidence", "tool_output")],
    implementation: { component_id: pin.component_id, name: pin.tool, version: pin.version, digest: pin.pin_sha256 },
    configHash: configHash({
      mode,
      asOf,
      policy,
      waivers,
      pins,
      advisories,
      registrySha256: REGISTRY_SHA256,
      step: stepOf("vuln_scan"),
    }),
    granted: operation.capabilities_requested,
    environment: {
      gate_version: VERSION,
      capability_registry_version: REGISTRY.capability_registry_version,
      isolation: "bubblewrap",
      egress: "blocked (proved)",
      advisory_snapshot_id: "1".repeat(64),
    },
    ...more,
  };
}

/** What is judged after it: what was measured is true of `ended()`, what is told may be of another end. */
export function postOf(told: unknown = engineResult(ended()), more: Partial<Measured> = {}): PostInput {
  const true_ = ended();
  const files = [...true_.outputs, ...true_.evidence];
  return {
    operation: true_.operation,
    registry: REGISTRY,
    result: told,
    measured: {
      files: new Map(files.map(({ content_hash: hash, size_bytes: size }) => [hash, size])),
      stepKey: String(true_.operation.params["step_key"]),
      report: REPORT,
      usage: { wallMs: 1000, cpuMs: 900, memoryBytes: 2 ** 20 },
      started: true,
      implementation: true_.implementation,
      reads: true_.operation.inputs,
      configHash: true_.configHash,
      environment: true_.environment,
      granted: true_.granted,
      ...more,
    },
  };
}
