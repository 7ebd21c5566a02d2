import type { KindId } from "../../schemas/common.ts";
import type { Artifact } from "../../schemas/protocol/artifact.ts";
import type { ArtifactHandle } from "../../schemas/protocol/artifact-handle.ts";
import type { EngineResult } from "../../schemas/protocol/engine-result.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import type { Environment, Implementation } from "../../schemas/protocol/provenance-record.ts";
import type { RegistryEngine } from "../../schemas/protocol/registry.ts";
import type { PinnedTools } from "../../schemas/tools.ts";
import type { Decision, DecisionInput } from "../decide/decide.ts";
import type { DecidedJob } from "../decide/decided-job.ts";
import { factsOfBytes } from "../protocol/artifacts/payload.ts";
import { type ArtifactFacts, artifactOf, handleOf } from "../protocol/artifacts/sidecar.ts";
import { configHash } from "../protocol/config-hash.ts";
import { engineResult } from "../protocol/engine-result.ts";
import type { PostInput } from "../protocol/gates/gate.ts";
import { judgeJob, type OperatedJob } from "../protocol/judged-job.ts";
import { REGISTRY, REGISTRY_SHA256 } from "../protocol/registry/bundled.ts";
import type { JobDocument } from "./job-documents.ts";
import { kindReport } from "./kind-report.ts";

/** The result of one operation of the plan, and what it is held against: nothing of that is taken from the result. */
export interface JobResult extends PostInput {
  readonly kind: KindId;
  readonly result: EngineResult;
  /** What it refers to, as it is to be stored. */
  readonly artifacts: readonly ResultArtifact[];
}

export interface ResultArtifact {
  readonly document: JobDocument;
  readonly facts: ArtifactFacts<JobDocument["kind"]>;
  readonly sidecar: Artifact;
  readonly handle: ArtifactHandle;
}

/**
 * The EngineResult of each operation of a plan (protocol B3), from the same decision that the documents are made of; its times are the as-of date.
 * What a process used is not known here: it is held against its budget where it was started.
 */
export function jobResults(input: DecisionInput, decision: Decision, left: readonly JobDocument[]): JobResult[] {
  return input.plan.jobs.flatMap((job) => {
    const decided = decision.jobs.find(({ kind }) => kind === job.kind);
    if (!("operation" in job) || decided === undefined) return [];
    const own = job.state === "denied" ? [] : left.filter((each) => each.job === job.kind);
    return [resultOf(job, decided, own, input)];
  });
}

function resultOf(job: OperatedJob, decided: DecidedJob, own: readonly JobDocument[], input: DecisionInput): JobResult {
  const { plan, inventory, deniedAfter = [] } = input;
  const { operation, kind } = job;
  const engine = engineOf(kind);
  const tree = { inventory, sha256: plan.inventory.sha256, bytes: plan.inventory.bytes };
  const made = {
    implementation: implementationOf(job, engine, input),
    configHash: configHash({
      ...plan,
      registrySha256: REGISTRY_SHA256,
      step: job.state === "planned" ? job.step : null,
    }),
  };
  const artifacts = own.map((document) => artifactOfJob(document, operation, engine, made, plan.asOf));
  const handles = (wanted: boolean) =>
    artifacts.flatMap(({ handle }) => ((handle.kind === "tool_output") === wanted ? [handle] : []));
  const facts = { ...made, environment: environmentOf(input), granted: judgeJob(job, tree).granted };
  const result = engineResult({
    operation,
    engine,
    startedAt: plan.asOf,
    endedAt: plan.asOf,
    deniedBefore: job.state === "denied" ? job.denials : [],
    deniedAfter: deniedAfter.filter(({ op_id: id }) => id === operation.op_id),
    problems: decided.problems.filter(({ code }) => !code.endsWith("-denied")),
    blocking: decided.findings.flatMap(({ effect, id, title }) => (effect === "block" ? [`${id}: ${title}`] : [])),
    outputs: handles(false),
    evidence: handles(true),
    ...facts,
  });
  const measured = {
    ...facts,
    files: new Map(artifacts.map(({ document: { text } }) => sizeByHash(text))),
    stepKey: input.evidence.get(kind)?.stepKey ?? null,
    report: own.length === 0 ? undefined : kindReport(decided, input),
    usage: null,
    started: false,
    reads: [{ content_hash: tree.sha256, size_bytes: tree.bytes }],
  };
  return { kind, operation, registry: REGISTRY, result, measured, artifacts };
}

function sizeByHash(text: string): [string, number] {
  const { content_hash: hash, size_bytes: size } = factsOfBytes(text);
  return [hash, size];
}

/** The engine that has the operation; one that is denied may name any other. */
function engineOf(kind: KindId): RegistryEngine {
  const engine = Object.values(REGISTRY.engines).find(({ ops }) => ops.some(({ name }) => name === kind));
  if (engine === undefined) throw new Error(`${kind}: no engine of the registry has this operation`);
  return engine;
}

/** The tool's version is what it printed; of our own code, this program's. */
function implementationOf(
  job: OperatedJob,
  engine: RegistryEngine,
  { tools, evidence }: DecisionInput,
): Implementation {
  const [pinned] = engine.implementations;
  if (pinned === undefined) throw new Error(`${engine.engine_id}: the registry has no implementation`);
  const { component_id } = pinned;
  if (pinned.adapter === "in_process")
    return { component_id, name: pinned.name, version: tools.gate, digest: REGISTRY_SHA256 };
  const name = job.state === "planned" ? job.step.tool : pinned.tool;
  const version = evidence.get(job.kind)?.end.toolVersion ?? null;
  return { component_id, name, version, digest: pinOf(name, tools) };
}

function pinOf(name: string, { tools }: PinnedTools): string {
  const pin = tools[name];
  if (pin === undefined) throw new Error(`${name}: the decision names no pin of it`);
  return pin.pinSha256;
}

function environmentOf({ tools, isolation, plan }: DecisionInput): Environment {
  return {
    gate_version: tools.gate,
    capability_registry_version: REGISTRY.capability_registry_version,
    isolation: isolation.kind,
    egress: isolation.egress,
    advisory_snapshot_id: plan.advisories?.snapshotId ?? null,
  };
}

/** D-04, D-05. What a secret scan leaves is kept close (D-20), whatever was struck out of it. */
function artifactOfJob(
  document: JobDocument,
  operation: PlannedOperation,
  engine: RegistryEngine,
  made: { readonly implementation: Implementation; readonly configHash: string },
  createdAt: string,
): ResultArtifact {
  const isSecret = document.job === "secret_scan";
  const facts = {
    kind: document.kind,
    mime: document.mime,
    filenameHint: document.path,
    createdAt,
    createdByJobId: operation.op_id,
    sourceArtifactRefs: operation.inputs.map(({ uri }) => uri),
    classification: isSecret ? ("high" as const) : ("medium" as const),
    retentionKind: document.kind === "tool_output" ? ("Evidence" as const) : ("Result" as const),
    retentionTtlDays: isSecret ? 30 : undefined,
    engine: {
      engine_id: operation.engine_id,
      engine_version: engine.interface_version,
      implementation: made.implementation,
      operation: operation.operation,
      op_id: operation.op_id,
      config_hash: made.configHash,
      input_hashes: operation.inputs.map(({ content_hash: hash }) => hash),
      determinism: operation.determinism,
    },
  };
  const sidecar = artifactOf(factsOfBytes(document.text), facts);
  return { document, facts, sidecar, handle: { ...handleOf(sidecar), kind: document.kind } };
}
