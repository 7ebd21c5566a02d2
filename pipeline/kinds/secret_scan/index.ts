import { readValue } from "../../../schemas/read.ts";
import type { Kind } from "../kind.ts";
import { judgeSecrets } from "./judge.ts";
import { collectSecrets, SecretReport } from "./reader.ts";
import { LIMITS, planSecretScan } from "./step.ts";

/** `secret_scan`: gitleaks over every file of the tree. */
export const secretScan: Kind<SecretReport> = {
  id: "secret_scan",
  engineId: "engine.guard.secret_scan",
  tool: "gitleaks",
  limits: LIMITS,
  plan: planSecretScan,
  collect: collectSecrets,
  read: (report) => readValue(SecretReport, report, "evidence/secret_scan.json"),
  judge: judgeSecrets,
};
