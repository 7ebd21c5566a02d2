import canonicalize from "canonicalize";
import type { z } from "zod";
import type { Subject } from "../../schemas/component.ts";
import { Plan } from "../../schemas/plan.ts";
import { Policy } from "../../schemas/policy.ts";
import { WaiverFile } from "../../schemas/waivers.ts";
import type { Decision, DecisionInput } from "../decide/decide.ts";
import { diagnosticsText } from "../protocol/diagnostics/text.ts";
import { toCoverage } from "./coverage.ts";
import { toCycloneDx } from "./cyclonedx.ts";
import { runDiagnostics } from "./diagnostics.ts";
import { kindReport } from "./kind-report.ts";
import { toSpdx } from "./spdx.ts";
import { toSummary } from "./summary.ts";

/** Every document of a run but `run/`, as path and text: a function of content alone. */
export function documents(input: DecisionInput, decision: Decision): ReadonlyMap<string, string> {
  const { plan, inventory, lockfiles, broken, policy, waivers, evidence } = input;
  const subject: Subject = { name: "source", sha256: plan.inventory.sha256, asOf: plan.asOf };
  const files = new Map<string, string>([
    ["verdict.json", json(decision.verdict)],
    ["summary.md", toSummary(decision, policy)],
    ["coverage.json", json(toCoverage(decision))],
    ["diagnostics.jsonl", diagnosticsText(runDiagnostics(input, decision))],
    ["plan.json", json(inOrder(Plan, plan))],
    ["evidence/inventory.json", compact(inventory)],
    ["evidence/lockfiles.json", compact({ schemaVersion: "supply-gate/lockfiles-1", lockfiles, broken })],
    ["evidence/policy.json", json(inOrder(Policy, policy))],
    ["evidence/waivers.json", json(inOrder(WaiverFile.nullable(), waivers))],
    ["evidence/tools.json", json(input.toolVersions)],
  ]);
  for (const job of decision.jobs) files.set(`reports/${job.kind}.json`, json(kindReport(job, input)));
  for (const [kind, entry] of evidence) files.set(`evidence/${kind}.json`, compact(entry));
  const sbom = decision.jobs.find(({ kind }) => kind === "sbom_generate");
  if (sbom?.state === "complete") {
    const tools = [{ name: "supply-gate" }, { name: "syft", ...versionOf(input.toolVersions["syft"]) }];
    files.set("sbom.cdx.json", toCycloneDx(decision.components, subject, tools));
    files.set("sbom.spdx.json", toSpdx(decision.components, subject, tools));
  }
  return files;
}

function versionOf(version: string | undefined): { version?: string } {
  return version === undefined ? {} : { version };
}

/** Keys in the schema's order, whoever made the value: what is written and what is read back are the same text. */
function inOrder<S extends z.ZodType>(schema: S, value: z.output<S>): z.output<S> {
  return schema.parse(value);
}

/** For people: two spaces, keys in the order of the schema. */
function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** For machines, where it is long: RFC 8785. */
function compact(value: unknown): string {
  return `${canonicalize(value)}\n`;
}
