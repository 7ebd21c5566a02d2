import type { KindId } from "../../../schemas/common.ts";
import type { Problem } from "../../../schemas/evidence.ts";

/** Why an engine says no, or says anything: the part of a failure code that is the same for every engine. */
export type FailureReason =
  | "BLOCK"
  | "LISTED"
  | "WAIVED"
  | "INCOMPLETE"
  | "GAP"
  | "TOOL_ERROR"
  | "BUDGET_EXCEEDED"
  | "EVIDENCE_INVALID"
  | "NOT_ISOLATED";

/** The stable code of an engine for a reason: `SUPPLY_CHAIN_VULN_BLOCK`; without an engine, for the run as a whole, `SUPPLY_CHAIN_TOOL_ERROR`. */
export function failureCode(kind: KindId | null, reason: FailureReason): string {
  return `${kind === null ? "SUPPLY_CHAIN" : PREFIX[kind]}_${reason}`;
}

/** Which reason a problem of a job is: a tool that failed, a limit, evidence that does not count, input that is missing. */
export function reasonOf(code: Problem["code"]): FailureReason {
  return REASONS[code];
}

const PREFIX: Readonly<Record<KindId, string>> = {
  secret_scan: "SUPPLY_CHAIN_SECRET_SCAN",
  vuln_scan: "SUPPLY_CHAIN_VULN",
  sbom_generate: "SUPPLY_CHAIN_SBOM",
  license_scan: "SUPPLY_CHAIN_LICENSE",
  oss_register_audit: "SUPPLY_CHAIN_REGISTER",
};

const REASONS: Readonly<Record<Problem["code"], FailureReason>> = {
  "operation-denied": "INCOMPLETE",
  "result-denied": "EVIDENCE_INVALID",
  "tool-unavailable": "TOOL_ERROR",
  "tool-version": "TOOL_ERROR",
  "spawn-failed": "TOOL_ERROR",
  "exit-unexpected": "TOOL_ERROR",
  "error-line": "TOOL_ERROR",
  "limit-hit": "BUDGET_EXCEEDED",
  "output-truncated": "BUDGET_EXCEEDED",
  "report-missing": "EVIDENCE_INVALID",
  "report-invalid": "EVIDENCE_INVALID",
  "report-changed": "EVIDENCE_INVALID",
  "canary-missing": "EVIDENCE_INVALID",
  "advisory-changed": "EVIDENCE_INVALID",
  "advisories-missing": "INCOMPLETE",
  "database-missing": "INCOMPLETE",
  "lockfile-unread": "INCOMPLETE",
  "coverage-gap": "INCOMPLETE",
  "history-incomplete": "INCOMPLETE",
  "egress-not-blocked": "NOT_ISOLATED",
};
