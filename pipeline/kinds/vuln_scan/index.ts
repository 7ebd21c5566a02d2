import { readValue } from "../../../schemas/read.ts";
import type { Kind } from "../kind.ts";
import { judgeVulnerabilities } from "./judge.ts";
import { collectVulnerabilities, VulnReport } from "./reader.ts";
import { LIMITS, planVulnScan } from "./step.ts";

/** `vuln_scan`: osv-scanner over every lockfile, against a pinned advisory snapshot. */
export const vulnScan: Kind<VulnReport> = {
  id: "vuln_scan",
  engineId: "engine.supply_chain.vuln",
  tool: "osv-scanner",
  limits: LIMITS,
  plan: planVulnScan,
  collect: collectVulnerabilities,
  read: (report) => readValue(VulnReport, report, "evidence/vuln_scan.json"),
  judge: judgeVulnerabilities,
};
