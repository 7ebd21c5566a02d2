import type { KindId } from "../../schemas/common.ts";
import type { Subject } from "../../schemas/component.ts";
import type { ArtifactKind } from "../../schemas/protocol/artifact-handle.ts";
import type { Decision, DecisionInput } from "../decide/decide.ts";
import type { DecidedJob } from "../decide/decided-job.ts";
import { toCycloneDx } from "./cyclonedx.ts";
import { kindReport } from "./kind-report.ts";
import { toSpdx } from "./spdx.ts";
import { compact, json } from "./texts.ts";

/** A document that one job leaves, and what it is as an artifact. */
export interface JobDocument {
  readonly job: KindId;
  readonly path: string;
  readonly text: string;
  readonly mime: string;
  readonly kind: Extract<ArtifactKind, "report" | "tool_output" | "dataset_slice">;
}

/** What each job leaves: its report, its evidence where it has some, and the SBOMs of one that is complete. */
export function jobDocuments(input: DecisionInput, decision: Decision): JobDocument[] {
  return decision.jobs.flatMap((job) => {
    const of = { job: job.kind, mime: "application/json" };
    const evidence = input.evidence.get(job.kind);
    const report = json(kindReport(job, input));
    return [
      { ...of, path: `reports/${job.kind}.json`, text: report, kind: "report" as const },
      ...(evidence === undefined
        ? []
        : [{ ...of, path: `evidence/${job.kind}.json`, text: compact(evidence), kind: "tool_output" as const }]),
      ...sboms(job, input, decision),
    ];
  });
}

function sboms(job: DecidedJob, { plan, tools }: DecisionInput, { components }: Decision): JobDocument[] {
  if (job.kind !== "sbom_generate" || job.state !== "complete") return [];
  const subject: Subject = { name: "source", sha256: plan.inventory.sha256, asOf: plan.asOf };
  const version = tools.tools["syft"]?.version;
  const makers = [{ name: "supply-gate" }, { name: "syft", ...(version === undefined ? {} : { version }) }];
  const of = { job: job.kind, kind: "dataset_slice" as const };
  return [
    {
      ...of,
      path: "sbom.cdx.json",
      mime: "application/vnd.cyclonedx+json",
      text: toCycloneDx(components, subject, makers),
    },
    { ...of, path: "sbom.spdx.json", mime: "application/spdx+json", text: toSpdx(components, subject, makers) },
  ];
}
