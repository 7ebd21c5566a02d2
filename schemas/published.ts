import type { z } from "zod";
import { ConformanceRecord } from "./conformance.ts";
import { CoverageFile } from "./coverage.ts";
import { Evidence } from "./evidence.ts";
import { Inventory } from "./inventory.ts";
import { Known } from "./known.ts";
import { LicenseFact } from "./license-fact.ts";
import { LockfilesFile } from "./lockfile.ts";
import { Opinions } from "./opinion.ts";
import { Plan } from "./plan.ts";
import { Policy, PolicyFile } from "./policy.ts";
import { Artifact } from "./protocol/artifact.ts";
import { ArtifactHandle } from "./protocol/artifact-handle.ts";
import { BundleIndex, BundleManifest } from "./protocol/bundle-index.ts";
import { CapabilityDecision } from "./protocol/capability.ts";
import { Diagnostic } from "./protocol/diagnostic.ts";
import { EngineError } from "./protocol/engine-error.ts";
import { EngineResult } from "./protocol/engine-result.ts";
import { ExportRecord } from "./protocol/export-record.ts";
import { FlightEvent } from "./protocol/flight-event.ts";
import { GateDecision } from "./protocol/gate-decision.ts";
import { PlannedOperation } from "./protocol/planned-operation.ts";
import { ProvenanceRecord } from "./protocol/provenance-record.ts";
import { PruneReport } from "./protocol/prune-report.ts";
import { Registry } from "./protocol/registry.ts";
import { Register } from "./register.ts";
import { SupplyChainReport } from "./report.ts";
import { RunRecord } from "./run.ts";
import { ExitRecord } from "./step.ts";
import { PinnedTools } from "./tools.ts";
import { Verdict } from "./verdict.ts";
import { WaiverFile } from "./waivers.ts";

/** A document that others read or write: its published schema is made from the one that this program reads it with (protocol A-27, B-06). */
export interface Published {
  /** Of the schema's file, and of its example. */
  readonly name: string;
  readonly title: string;
  readonly schema: z.ZodType;
  /** Where it lies in the results of a run; absent for what is part of another document, or no part of results. */
  readonly files?: RegExp | undefined;
  /** One JSON document a line. */
  readonly lines?: true | undefined;
}

/** Every document of this program, sorted by name. SBOMs have schemas of their own standards. */
export const PUBLISHED: readonly Published[] = [
  {
    name: "artifact",
    title: "artifact.json, the sidecar of an artifact",
    schema: Artifact,
    files: /^artifacts\/L3\/[^/]+\/artifact\.json$/,
  },
  { name: "artifact-handle", title: "ArtifactHandle", schema: ArtifactHandle },
  { name: "bundle-index", title: "bundle_index.json", schema: BundleIndex, files: /^bundle_index\.json$/ },
  { name: "bundle-manifest", title: "bundle_manifest.json of an exported bundle", schema: BundleManifest },
  { name: "capability-decision", title: "A check of a capability", schema: CapabilityDecision },
  { name: "conformance", title: "conformance.json, which engines passed", schema: ConformanceRecord },
  { name: "coverage", title: "coverage.json", schema: CoverageFile, files: /^coverage\.json$/ },
  {
    name: "diagnostic",
    title: "A line of diagnostics.jsonl",
    schema: Diagnostic,
    files: /^diagnostics\.jsonl$/,
    lines: true,
  },
  { name: "engine-error", title: "EngineError", schema: EngineError },
  {
    name: "engine-result",
    title: "results/<kind>.json, an EngineResult",
    schema: EngineResult,
    files: /^results\/[a-z_]+\.json$/,
  },
  {
    name: "evidence",
    title: "evidence/<kind>.json",
    schema: Evidence,
    files: /^evidence\/(secret_scan|vuln_scan|sbom_generate|license_scan|oss_register_audit)\.json$/,
  },
  { name: "exit", title: "run/<step>/exit.json", schema: ExitRecord, files: /^run\/[^/]+\/exit\.json$/ },
  {
    name: "export-record",
    title: "run/exports/<id>.json, an ExportRecord",
    schema: ExportRecord,
    files: /^run\/exports\/[^/]+\.json$/,
  },
  {
    name: "flight-event",
    title: "A line of run/flight-recorder.jsonl",
    schema: FlightEvent,
    files: /^run\/flight-recorder\.jsonl$/,
    lines: true,
  },
  { name: "gate-decision", title: "What one gate said", schema: GateDecision },
  { name: "inventory", title: "evidence/inventory.json", schema: Inventory, files: /^evidence\/inventory\.json$/ },
  { name: "known", title: "evidence/known.json", schema: Known, files: /^evidence\/known\.json$/ },
  { name: "license-fact", title: "A licence fact, as supply-gate licenses keeps it", schema: LicenseFact },
  { name: "lockfiles", title: "evidence/lockfiles.json", schema: LockfilesFile, files: /^evidence\/lockfiles\.json$/ },
  { name: "opinions", title: "What supply-gate opinions writes", schema: Opinions },
  { name: "plan", title: "plan.json", schema: Plan, files: /^plan\.json$/ },
  { name: "planned-operation", title: "PlannedOperation, poe-1.0", schema: PlannedOperation },
  { name: "policy", title: "supply-gate.policy.yaml", schema: PolicyFile },
  { name: "policy-as-applied", title: "evidence/policy.json", schema: Policy, files: /^evidence\/policy\.json$/ },
  { name: "provenance-record", title: "ProvenanceRecord", schema: ProvenanceRecord },
  { name: "prune-report", title: "PruneReport", schema: PruneReport },
  { name: "register", title: "A register of third-party components", schema: Register },
  { name: "registry", title: "mechanical_engines.json", schema: Registry },
  {
    name: "report",
    title: "reports/<kind>.json, a SupplyChainReport",
    schema: SupplyChainReport,
    files: /^reports\/[a-z_]+\.json$/,
  },
  { name: "run", title: "run/run.json", schema: RunRecord, files: /^run\/run\.json$/ },
  { name: "tools", title: "evidence/tools.json", schema: PinnedTools, files: /^evidence\/tools\.json$/ },
  { name: "verdict", title: "verdict.json", schema: Verdict, files: /^verdict\.json$/ },
  { name: "waivers", title: "supply-gate.waivers.yaml", schema: WaiverFile },
  {
    name: "waivers-as-applied",
    title: "evidence/waivers.json",
    schema: WaiverFile.nullable(),
    files: /^evidence\/waivers\.json$/,
  },
];
