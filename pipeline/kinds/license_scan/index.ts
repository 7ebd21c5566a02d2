import { readValue } from "../../../schemas/read.ts";
import type { Kind } from "../kind.ts";
import { judgeLicenseScan } from "./judge.ts";
import { collectLicenses, LicenseReport } from "./reader.ts";
import { LIMITS, planLicenseScan } from "./step.ts";

/** `license_scan`: scancode over the author's own files, and the declared licence of every component. */
export const licenseScan: Kind<LicenseReport> = {
  id: "license_scan",
  engineId: "engine.supply_chain.license",
  tool: "scancode",
  limits: LIMITS,
  plan: planLicenseScan,
  collect: collectLicenses,
  read: (report) => readValue(LicenseReport, report, "evidence/license_scan.json"),
  judge: judgeLicenseScan,
};
