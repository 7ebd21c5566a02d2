import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diagnosticsOf } from "../../../pipeline/protocol/diagnostics/build.ts";
import type { Denial } from "../../../pipeline/protocol/diagnostics/input.ts";
import { diagnosticsText, readDiagnostics } from "../../../pipeline/protocol/diagnostics/text.ts";
import { validateShape } from "../../../pipeline/protocol/diagnostics/validate.ts";
import { ProblemCode } from "../../../schemas/evidence.ts";
import { Redacted } from "../../../schemas/protocol/diagnostic.ts";
import { finding, gap, input, JOBS } from "./made.ts";

const DENIAL: Denial = {
  gate: "G-CAP",
  code: "HSK-4001",
  reason: "HSK-4001: UnknownCapability",
  details: "proc.fork",
  severity: "error",
  op_id: JOBS.vuln_scan,
  capability_id: "proc.fork",
};

describe("the diagnostics of a run", () => {
  it("E-01 E-11 E-15: say of a blocking finding all that DIAG-SCHEMA-001 asks for", () => {
    const [only, ...others] = diagnosticsOf(input({ findings: [finding()] }));
    expect(others).toEqual([]);
    expect(only).toEqual({
      id: "04224e56-67aa-81a3-998c-e86fdb6ec698",
      fingerprint: "28a45e5ff57650c3b068f89fa2ef38188139196bd3ff985ecbcc9251c0240438",
      title: "Vulnerability scan: GHSA-m5pq-gvj9-9vr8 in pkg:cargo/regex@1.5.1",
      message: "regex denial of service\nrecommended: block.release names vulnerability.high\nnext: update to 1.5.5",
      severity: "fatal",
      source: "engine",
      surface: "system",
      link_confidence: "direct",
      timestamp: "2026-01-02T03:04:05Z",
      code: "SUPPLY_CHAIN_VULN_BLOCK",
      tool: "osv-scanner",
      tags: ["vuln_scan", "vulnerability", "vulnerability.high"],
      job_id: JOBS.vuln_scan,
      actor: "system",
      policy_decision_id: "c7d6e43d-531f-8081-b6f4-8df635eee373",
      locations: [{ path: "Cargo.lock", entity_id: "vulnerability-0123456789ab" }],
      status: "open",
    });
  });

  it.each([
    ["block", "low", "fatal", "SUPPLY_CHAIN_VULN_BLOCK"],
    ["report", "critical", "error", "SUPPLY_CHAIN_VULN_LISTED"],
    ["report", "high", "error", "SUPPLY_CHAIN_VULN_LISTED"],
    ["report", "unknown", "warning", "SUPPLY_CHAIN_VULN_LISTED"],
    ["report", "medium", "warning", "SUPPLY_CHAIN_VULN_LISTED"],
    ["report", "low", "info", "SUPPLY_CHAIN_VULN_LISTED"],
    ["report", "none", "info", "SUPPLY_CHAIN_VULN_LISTED"],
    ["waived", "critical", "hint", "SUPPLY_CHAIN_VULN_WAIVED"],
  ] as const)("E-14 G-04: a finding with effect %s and severity %s is %s, %s", (effect, severity, expected, code) => {
    const [only] = diagnosticsOf(input({ findings: [finding({ effect, severity })] }));
    expect([only?.severity, only?.code]).toEqual([expected, code]);
    expect(only?.tags?.includes("waived")).toBe(effect === "waived");
    expect(only?.status).toBe(effect === "waived" ? "acknowledged" : "open");
  });

  it("D-18 J-37: name rule and place of a secret, and have the mark in its place (K-02)", () => {
    const place = { path: "src/a.ts", startLine: 10, startColumn: 1, endLine: 10, endColumn: 5 };
    const commit = "c".repeat(40);
    const secret = finding({
      id: "secret-0123456789ab",
      kind: "secret_scan",
      class: "secret",
      ruleId: "generic-api-key",
      title: "Detected a Generic API Key",
      purl: undefined,
      locations: [place, { path: "old.ts", startLine: 3, commit }, { path: "name.txt" }],
    });
    const [only] = diagnosticsOf(input({ findings: [secret] }));
    expect(only).toMatchObject({
      title: "Secret scan: generic-api-key",
      code: "SUPPLY_CHAIN_SECRET_SCAN_BLOCK",
      locations: [
        { path: "src/a.ts", range: { startLine: 10, startColumn: 1, endLine: 10, endColumn: 5 } },
        {
          path: "old.ts",
          uri: `git:${commit}:old.ts`,
          range: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 1 },
        },
        { path: "name.txt", entity_id: secret.id },
      ],
    });
    const mark = /\[REDACTED[^\]]*\]/.exec(only?.message ?? "")?.[0];
    expect(mark).toBe("[REDACTED:secret_api_key:generic-api-key]");
    expect(Redacted.safeParse(mark).success).toBe(true);
  });

  it("D-18 K-02: know the terminal's mark, and write the other", () => {
    const problems = [{ kind: "vuln_scan", code: "error-line", message: "said: token ***REDACTED***" }] as const;
    expect(diagnosticsOf(input({ problems }))[0]?.message).toBe("said: token [REDACTED:secret_token:terminal]");
  });

  it("G-14 K-15: fail closed: what makes a job incomplete is fatal in a release and an error in a review", () => {
    const problems = [{ kind: "vuln_scan", code: "limit-hit", message: "vuln_scan: ended by its wall limit" }] as const;
    const gaps = [{ kind: "vuln_scan", gap: gap({ effect: "incomplete" }) }] as const;
    const of = (mode: "review" | "release") =>
      diagnosticsOf(input({ mode, problems, gaps, denials: [DENIAL] }))
        .map(({ code, severity }) => `${code} ${severity}`)
        .sort();
    expect(of("release")).toEqual([
      "HSK-4001 fatal",
      "SUPPLY_CHAIN_VULN_BUDGET_EXCEEDED fatal",
      "SUPPLY_CHAIN_VULN_INCOMPLETE fatal",
    ]);
    expect(of("review")).toEqual([
      "HSK-4001 error",
      "SUPPLY_CHAIN_VULN_BUDGET_EXCEEDED error",
      "SUPPLY_CHAIN_VULN_INCOMPLETE error",
    ]);
  });

  it("G-14 I-11: tell a tool that failed from a limit, from evidence that does not count, from input that is missing", () => {
    const problems = ProblemCode.options.map((code) => ({ kind: null, code, message: code }));
    const codes = diagnosticsOf(input({ problems })).map(({ title, code }) => [title.slice(5), code]);
    expect(Object.fromEntries(codes)).toEqual({
      "operation-denied": "SUPPLY_CHAIN_INCOMPLETE",
      "result-denied": "SUPPLY_CHAIN_EVIDENCE_INVALID",
      "tool-unavailable": "SUPPLY_CHAIN_TOOL_ERROR",
      "tool-version": "SUPPLY_CHAIN_TOOL_ERROR",
      "spawn-failed": "SUPPLY_CHAIN_TOOL_ERROR",
      "exit-unexpected": "SUPPLY_CHAIN_TOOL_ERROR",
      "error-line": "SUPPLY_CHAIN_TOOL_ERROR",
      "limit-hit": "SUPPLY_CHAIN_BUDGET_EXCEEDED",
      "output-truncated": "SUPPLY_CHAIN_BUDGET_EXCEEDED",
      "report-missing": "SUPPLY_CHAIN_EVIDENCE_INVALID",
      "report-invalid": "SUPPLY_CHAIN_EVIDENCE_INVALID",
      "report-changed": "SUPPLY_CHAIN_EVIDENCE_INVALID",
      "advisory-changed": "SUPPLY_CHAIN_EVIDENCE_INVALID",
      "canary-missing": "SUPPLY_CHAIN_EVIDENCE_INVALID",
      "advisories-missing": "SUPPLY_CHAIN_INCOMPLETE",
      "database-missing": "SUPPLY_CHAIN_INCOMPLETE",
      "lockfile-unread": "SUPPLY_CHAIN_INCOMPLETE",
      "coverage-gap": "SUPPLY_CHAIN_INCOMPLETE",
      "history-incomplete": "SUPPLY_CHAIN_INCOMPLETE",
      "egress-not-blocked": "SUPPLY_CHAIN_NOT_ISOLATED",
    });
  });

  it("can be written as canonical JSON whatever a message quotes", () => {
    const half = String.fromCharCode(0xd83d);
    const problems = [{ kind: "vuln_scan", code: "lockfile-unread", message: `x/${half}: found "${half}a"` }] as const;
    const gaps = [
      { kind: "vuln_scan", gap: gap({ effect: "report", detail: half, path: `a${half}`, subject: half }) },
    ] as const;
    const text = diagnosticsText(diagnosticsOf(input({ problems, gaps })));
    expect(text.split("\n")).toHaveLength(3);
    expect(text).toContain('x/\ufffd: found \\"\ufffda\\"');
  });

  it("tell a gap once, and a coverage problem that no gap stands for", () => {
    const gaps = [{ kind: "vuln_scan", gap: gap({ effect: "incomplete" }) }] as const;
    const problems = [
      { kind: "vuln_scan", code: "coverage-gap", message: "unpinned: requirements.txt: six" },
      { kind: "vuln_scan", code: "coverage-gap", message: "scancode: 3 files were not read" },
    ] as const;
    expect(
      diagnosticsOf(input({ gaps, problems }))
        .map(({ title }) => title)
        .sort(),
    ).toEqual(["Vulnerability scan: coverage-gap", "Vulnerability scan: not judged (unpinned) requirements.txt: six"]);
  });

  it("C-11: tell a gate's denial with gate, code and capability", () => {
    expect(diagnosticsOf(input({ denials: [DENIAL] }))).toMatchObject([
      {
        title: "MEX gate denied: G-CAP",
        message: "HSK-4001: UnknownCapability\nproc.fork",
        tool: "G-CAP",
        code: "HSK-4001",
        capability_id: "proc.fork",
        link_confidence: "direct",
        job_id: JOBS.vuln_scan,
        tags: ["vuln_scan", "gate-denial", "policy-not-evaluated"],
      },
    ]);
  });

  it("E-09: compute the link from the jobs that are known", () => {
    const all = { message: "m", code: "egress-not-blocked" } as const;
    const of = (kind: "vuln_scan" | "license_scan" | null, jobs = input().jobs) => {
      const [only] = diagnosticsOf(input({ jobs, problems: [{ ...all, kind }] }));
      return [only?.link_confidence, only?.job_id, only?.evidence_refs?.related_job_ids];
    };
    expect(of("vuln_scan")).toEqual(["direct", JOBS.vuln_scan, undefined]);
    expect(of("license_scan")).toEqual(["unlinked", undefined, undefined]);
    expect(of(null)).toEqual(["ambiguous", undefined, [JOBS.secret_scan, JOBS.vuln_scan]]);
    expect(of(null, new Map([["vuln_scan", JOBS.vuln_scan]]))).toEqual(["inferred", undefined, [JOBS.vuln_scan]]);
    expect(of(null, new Map())).toEqual(["unlinked", undefined, undefined]);
    const stranger = { ...DENIAL, op_id: "33333333-3333-8333-8333-333333333333" };
    expect(diagnosticsOf(input({ denials: [stranger] }))[0]).toMatchObject({ link_confidence: "unlinked" });
  });

  it("E-03: refer to artifacts by hash where they are known", () => {
    const artifacts = { vuln_scan: { input_hash: "c".repeat(64), output_hash: "d".repeat(64) } };
    const [only] = diagnosticsOf(input({ findings: [finding()], artifacts }));
    expect(only?.evidence_refs).toEqual({ artifact_hashes: artifacts.vuln_scan });
  });

  const some = fc.record({
    id: fc.stringMatching(/^vulnerability-[0-9a-f]{4}$/),
    ruleId: fc.constantFrom("GHSA-1", "GHSA-2"),
    severity: fc.constantFrom("low", "high", "unknown"),
    effect: fc.constantFrom("block", "report", "waived"),
    title: fc.oneof(fc.string({ unit: "binary" }), fc.constant("x".repeat(20_000))),
    path: fc.constantFrom("a", "b\\c", "b/c"),
    places: fc.constantFrom(0, 1, 3, 300),
  });

  it("J-84: are valid, in one order, and two findings never share a fingerprint", () => {
    fc.assert(
      fc.property(fc.uniqueArray(some, { selector: ({ id }) => id, maxLength: 8 }), (list) => {
        const findings = list.map(({ path, places, ...rest }) =>
          finding({ ...rest, locations: Array.from({ length: places }, () => ({ path })) } as object),
        );
        const made = diagnosticsOf(input({ findings }));
        expect(made.length).toBe(findings.length);
        expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
        expect(validateShape(made)).toEqual([]);
        expect(diagnosticsOf(input({ findings: findings.reverse() }))).toEqual(made);
      }),
      { numRuns: 100 },
    );
  });
});

describe("diagnostics.jsonl", () => {
  const many = diagnosticsOf(input({ findings: [finding(), finding({ id: "vulnerability-2" })], denials: [DENIAL] }));

  it("is one canonical line each, in the order of the lines, whatever order they come in", () => {
    const text = diagnosticsText(many);
    expect(diagnosticsText(many.toReversed())).toBe(text);
    const lines = text.trimEnd().split("\n");
    expect(lines).toEqual(lines.toSorted());
    expect(lines.length).toBe(3);
    expect(text.endsWith("\n")).toBe(true);
    expect(diagnosticsText([])).toBe("");
  });

  it("is read back as it was, and a line that does not fit is named", () => {
    const text = diagnosticsText(many);
    expect(new Set(readDiagnostics(text, "d"))).toEqual(new Set(many));
    expect(() => readDiagnostics(`${text}{"id":1}\n`, "d")).toThrow(/^d:4: /);
  });
});
