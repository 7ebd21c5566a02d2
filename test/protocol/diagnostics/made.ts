import type { DiagnosticsInput } from "../../../pipeline/protocol/diagnostics/input.ts";
import type { JudgedFinding, JudgedGap } from "../../../schemas/finding.ts";

export const POLICY_SHA256 = "ab".repeat(32);
export const JOBS = {
  secret_scan: "11111111-1111-8111-8111-111111111111",
  vuln_scan: "22222222-2222-8222-8222-222222222222",
} as const;

/** A finding that blocks, with what the test says otherwise. */
export function finding(more: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    id: "vulnerability-0123456789ab",
    kind: "vuln_scan",
    class: "vulnerability",
    rule: "vulnerability.high",
    ruleId: "GHSA-m5pq-gvj9-9vr8",
    severity: "high",
    title: "regex denial of service",
    locations: [{ path: "Cargo.lock" }],
    purl: "pkg:cargo/regex@1.5.1",
    next: "update to 1.5.5",
    effect: "block",
    because: "recommended: block.release names vulnerability.high",
    ...more,
  };
}

export function gap(more: Partial<JudgedGap> = {}): JudgedGap {
  return {
    id: "gap-0123456789ab",
    code: "unpinned",
    path: "requirements.txt",
    subject: "six",
    detail: "",
    effect: "report",
    because: "recommended: gaps.review is report",
    ...more,
  };
}

export function input(more: Partial<DiagnosticsInput> = {}): DiagnosticsInput {
  return {
    mode: "review",
    asOf: "2026-01-02T03:04:05Z",
    policySha256: POLICY_SHA256,
    jobs: new Map(Object.entries(JOBS) as ["secret_scan" | "vuln_scan", string][]),
    tools: { secret_scan: "gitleaks", vuln_scan: "osv-scanner", license_scan: "scancode" },
    findings: [],
    gaps: [],
    problems: [],
    denials: [],
    ...more,
  };
}
