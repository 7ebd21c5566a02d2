import { describe, expect, it } from "vitest";
import { diagnosticsOf } from "../../../pipeline/protocol/diagnostics/build.ts";
import { problemsOf } from "../../../pipeline/protocol/diagnostics/problems.ts";
import {
  breachDiagnostics,
  validateFingerprints,
  validatePolicy,
  validateRedaction,
  validateShape,
} from "../../../pipeline/protocol/diagnostics/validate.ts";
import type { Diagnostic } from "../../../schemas/protocol/diagnostic.ts";
import { finding, gap, input, POLICY_SHA256 } from "./made.ts";

const GOOD = diagnosticsOf(
  input({
    findings: [finding(), finding({ id: "vulnerability-2", effect: "report" })],
    gaps: [{ kind: "vuln_scan", gap: gap() }],
    problems: [{ kind: null, code: "tool-unavailable", message: "no osv-scanner" }],
  }),
);
const FIRST = GOOD.find(({ severity }) => severity === "fatal") as Diagnostic;

describe("what is made", () => {
  it("passes every validator (E-13)", () => {
    expect(GOOD.length).toBe(4);
    expect(validateShape(GOOD)).toEqual([]);
    expect(validateFingerprints(GOOD)).toEqual([]);
    expect(validatePolicy(GOOD, POLICY_SHA256)).toEqual([]);
    expect(validateRedaction(GOOD, (text) => text.includes("hunter2"))).toEqual([]);
  });
});

describe("VAL-DIAG-001", () => {
  const without = (key: keyof Diagnostic) => {
    const { [key]: _gone, ...rest } = FIRST;
    return rest;
  };

  it.each([
    "id",
    "fingerprint",
    "title",
    "message",
    "severity",
    "source",
    "surface",
    "link_confidence",
    "timestamp",
    "code",
  ] as const)("E-01 E-16: refuses one without %s", (key) => {
    const breaches = validateShape([without(key)]);
    expect(breaches).toMatchObject([{ validator: "VAL-DIAG-001", id: key === "id" ? null : FIRST.id }]);
    expect(breaches[0]?.message).toContain(key);
  });

  it.each([
    ["an unknown key", { extra: 1 }],
    ["an id that is no UUID", { id: "finding-1" }],
    ["the id of nothing", { job_id: "00000000-0000-0000-0000-000000000000" }],
    ["a sixth severity", { severity: "block" }],
    ["a source that nobody is", { source: "scanner" }],
    ["a place without a name", { locations: [{ range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } }] }],
    ["half a range", { locations: [{ path: "a", range: { startLine: 1 } }] }],
    ["a report instead of a message", { message: "x".repeat(8001) }],
    ["a time of no zone", { timestamp: "2026-01-02T03:04:05" }],
  ])("J-79: refuses %s", (_name, change) => {
    expect(validateShape([{ ...FIRST, ...change }])).toMatchObject([{ validator: "VAL-DIAG-001" }]);
  });

  it.each(["plugin:eslint", "matcher:tsc", "validator"])("E-01: takes the source %s", (source) => {
    expect(validateShape([{ ...FIRST, source }])).toEqual([]);
  });

  it("refuses a second one of the same id", () => {
    expect(validateShape([FIRST, FIRST])).toEqual([
      { validator: "VAL-DIAG-001", id: FIRST.id, message: "found a second diagnostic with this id" },
    ]);
  });

  it("E-13: a failure becomes a fatal diagnostic of the system that is valid itself", () => {
    const made = breachDiagnostics(validateShape([{ ...FIRST, severity: "block" }, "text"]), "2026-01-02T03:04:05Z");
    expect(made.map(({ severity, source, code }) => [severity, source, code])).toEqual([
      ["fatal", "system", "VAL-DIAG-001"],
      ["fatal", "system", "VAL-DIAG-001"],
    ]);
    expect([...validateShape(made), ...validateFingerprints(made), ...validatePolicy(made, POLICY_SHA256)]).toEqual([]);
  });
});

describe("VAL-FP-001", () => {
  it("refuses a fingerprint that is not of the diagnostic's own parts", () => {
    expect(validateFingerprints([{ ...FIRST, title: "Other" }])).toMatchObject([
      { validator: "VAL-FP-001", id: FIRST.id },
    ]);
  });
});

describe("VAL-REDACT-001", () => {
  it("E-17: names a diagnostic that holds a secret, also one that JSON would escape", () => {
    const secret = 'hun"ter2';
    const holds = (text: string) => text.includes(secret);
    const leaky = [{ ...FIRST, message: `found ${secret}` }];
    expect(validateRedaction(leaky, holds)).toEqual([
      { validator: "VAL-REDACT-001", id: FIRST.id, message: "holds a secret that was found in the tree" },
    ]);
    expect(JSON.stringify(validateRedaction(leaky, holds))).not.toContain("ter2");
  });
});

describe("VAL-POLICY-001", () => {
  const { policy_decision_id: _gone, ...undecided } = FIRST;

  it.each([
    ["neither decision nor mark", undecided, /neither/],
    ["both", { ...FIRST, tags: ["policy-not-evaluated"] }, /and policy-not-evaluated/],
    ["a decision of another policy or finding", { ...FIRST, policy_decision_id: FIRST.id }, /not this policy's/],
  ])("refuses %s", (_name, diagnostic, reason) => {
    const [only] = validatePolicy([diagnostic as Diagnostic], POLICY_SHA256);
    expect(only?.validator).toBe("VAL-POLICY-001");
    expect(only?.message).toMatch(reason);
  });

  it("refuses all decisions when the policy is another", () => {
    expect(validatePolicy(GOOD, "cd".repeat(32)).length).toBe(3);
  });
});

describe("problems (E-12)", () => {
  it("E-04 E-12: group what is the same, count it, and keep the instances to be found", () => {
    const again = { ...FIRST, id: "99999999-9999-8999-8999-999999999999", timestamp: "2026-02-02T03:04:05Z" };
    const groups = problemsOf([...GOOD, again]);
    expect(groups.map(({ severity, count }) => `${severity} ${count}`)).toEqual([
      "fatal 2",
      "error 1",
      "error 1",
      "warning 1",
    ]);
    expect(groups[0]).toMatchObject({
      fingerprint: FIRST.fingerprint,
      code: "SUPPLY_CHAIN_VULN_BLOCK",
      tool: "osv-scanner",
      where: "Cargo.lock",
      first_seen: "2026-01-02T03:04:05Z",
      last_seen: "2026-02-02T03:04:05Z",
      ids: [FIRST.id, again.id].sort(),
      job_ids: [FIRST.job_id],
    });
    expect(problemsOf([])).toEqual([]);
  });
});
