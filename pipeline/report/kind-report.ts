import type { KindId } from "../../schemas/common.ts";
import type { ReportKind, SupplyChainReport } from "../../schemas/report.ts";
import type { DecisionInput } from "../decide/decide.ts";
import type { DecidedJob } from "../decide/decided-job.ts";

const REPORT_KIND = {
  secret_scan: "Secret",
  vuln_scan: "Vuln",
  sbom_generate: "SBOM",
  license_scan: "License",
  oss_register_audit: "Register",
} as const satisfies Record<KindId, ReportKind>;

/** `reports/<kind>.json`: SupplyChainReport (G-01). `timestamp` is the as-of date: a report is a function of content. */
export function kindReport(job: DecidedJob, { plan, tools }: DecisionInput): SupplyChainReport {
  return {
    kind: REPORT_KIND[job.kind],
    engine_version:
      job.tool === null ? `supply-gate ${tools.gate}` : `${job.tool} ${tools.tools[job.tool]?.version ?? "unknown"}`,
    timestamp: plan.asOf,
    findings: {
      state: job.state,
      reason: job.reason,
      problems: [...job.problems],
      coverage: job.coverage,
      items: [...job.findings],
    },
  };
}
