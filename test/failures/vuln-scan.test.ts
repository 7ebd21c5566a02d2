import { describe, expect, it } from "vitest";
import { cleanRecord } from "../../pipeline/advisories/record.ts";
import { Tally } from "../../pipeline/advisories/tally.ts";
import { PINS } from "../../pipeline/cli/pins.ts";
import { collectEvidence } from "../../pipeline/decide/collect.ts";
import { rate, severityOfVector } from "../../pipeline/findings/severity.ts";
import { aliasGroups } from "../../pipeline/kinds/vuln_scan/alias-groups.ts";
import { advisory, affected, GIT_RANGE, semver } from "../advisories/records.ts";
import { caseNames, layOut, recordedCase } from "../support/replay.ts";
import { codesOf, decidedAfter, ended, planOf, stepOf, written } from "./replayed.ts";

const CASES_WITH_REPORT = caseNames("vuln_scan").filter(
  (name) => "osv-scanner.json" in recordedCase("vuln_scan", name).recording.outputs,
);
const HIGH_V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H";
const CRITICAL_V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
const HIGH_V2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P";

describe("a report that speaks of nothing", () => {
  it.each(['{"error": "boom"}', "null", "{}", "[]", '{"results": []}', '{"results": null}', ""])(
    "J-14 SC-S17: %j is no clean scan",
    (text) => {
      for (const name of CASES_WITH_REPORT) {
        const { job, verdict } = decidedAfter(
          "vuln_scan",
          name,
          written(() => text),
        );
        expect({ name, state: job.state }).toEqual({ name, state: "incomplete" });
        expect(verdict.verdict).not.toBe("PASSED");
      }
    },
  );

  it("J-20: what stands on stdout is no report, be it as fine as it may", () => {
    const { planned, recording } = recordedCase("vuln_scan", "clean");
    const stdout = recording.outputs["osv-scanner.json"] as string;
    const left = layOut({ ...recording, stdout, outputs: {} });
    const { report, problems } = collectEvidence(planned.job, { ...left, scanRoot: "/scan" }, PINS);
    expect(report).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(["report-missing"]);
  });

  it("SC-S12: a report of an earlier run can't stand in: without one, or with status 128, the job is incomplete", () => {
    for (const name of CASES_WITH_REPORT) {
      expect(decidedAfter("vuln_scan", name, () => ({ outputs: {} })).job.state).toBe("incomplete");
      expect(decidedAfter("vuln_scan", name, ended({ status: 128 })).job.state).toBe("incomplete");
    }
    expect(codesOf(decidedAfter("vuln_scan", "clean", () => ({ outputs: {} })))).toContain("report-missing");
    const { outputs, argv } = stepOf("vuln_scan");
    expect(outputs).toEqual(["osv-scanner.json"]);
    expect(argv).toContain("--output-file={out}/osv-scanner.json");
  });

  it("SC-S16: nothing to scan is never believed", () => {
    for (const name of CASES_WITH_REPORT) {
      const found = decidedAfter("vuln_scan", name, (recording) => ({
        ...ended({ status: 128 })(recording),
        outputs: {},
      }));
      expect({ name, state: found.job.state }).toEqual({ name, state: "incomplete" });
    }
  });
});

describe("how the scanner ended", () => {
  it.each([
    ["another status", { status: 127 }],
    ["a panic", { status: 2 }],
    ["a signal", { status: null, signal: "SIGKILL" }],
    ["its time", { timedOut: true, killedBy: "wall" as const }],
    ["a cancel", { killedBy: "cancel" as const }],
    ["output that was cut", { stdoutBytesCut: 1 }],
    ["errors that were cut", { stderrBytesCut: 1 }],
  ])("J-06 J-15: %s makes the job incomplete although the report is whole", (_what, more) => {
    for (const name of CASES_WITH_REPORT) {
      const { job, verdict } = decidedAfter("vuln_scan", name, ended(more));
      expect({ name, state: job.state }).toEqual({ name, state: "incomplete" });
      expect(verdict.exitCode).not.toBe(0);
      expect(verdict.jobs.find(({ kind }) => kind === "vuln_scan")?.state).toBe("incomplete");
    }
  });

  it("J-15 SC-S10: a broken lockfile beside a whole one is named, whatever was found in the other", () => {
    const found = decidedAfter("vuln_scan", "broken-lockfile");
    expect(found.job.state).toBe("incomplete");
    const lied = decidedAfter("vuln_scan", "malware", ({ stderr }) => ({
      stderr: `Error during extraction: (extracting as javascript/packagelockjson) staged/b/package-lock.json: EOF\n${stderr}`,
    }));
    expect(codesOf(lied)).toContain("error-line");
    const { argv } = stepOf("vuln_scan");
    expect(argv).not.toContain("-r");
    expect(argv).toContain("package-lock.json:{scan}/staged/package-lock.json");
  });

  it("SC-S18: one line about errors is enough, however many files it covers", () => {
    for (const name of CASES_WITH_REPORT) {
      const found = decidedAfter("vuln_scan", name, ({ stderr }) => ({
        stderr: `${stderr}Error during extraction:\n`,
      }));
      expect(codesOf(found)).toContain("error-line");
    }
  });

  it.each([null, "unknown", "(devel)", "2.5.0", "2.4.0-dirty", ""])(
    "J-57: the version %j is not the pinned one: incomplete",
    (toolVersion) => {
      for (const name of CASES_WITH_REPORT) {
        const found = decidedAfter("vuln_scan", name, ended({ toolVersion }));
        expect(codesOf(found)).toContain("tool-version");
        expect(found.verdict.verdict).not.toBe("PASSED");
      }
    },
  );
});

describe("the databases", () => {
  it("SC-2.2a SC-S11: one that was not loaded is missed, also where another one matches and the status says findings", () => {
    for (const name of CASES_WITH_REPORT) {
      const { stderr } = recordedCase("vuln_scan", name).recording;
      for (const [line] of stderr.matchAll(/^Loaded \S+ local db from .*\n/gm)) {
        const found = decidedAfter("vuln_scan", name, () => ({ stderr: stderr.replace(line, "") }));
        expect({ name, line, codes: codesOf(found) }).toEqual({
          name,
          line,
          codes: expect.arrayContaining([expect.stringMatching(/database-missing|canary-missing/)]),
        });
        const said = decidedAfter("vuln_scan", name, () => ({
          stderr: stderr.replace(line, `could not load db for ${name} ecosystem: unable to fetch OSV database\n`),
        }));
        expect(codesOf(said)).toContain("error-line");
      }
    }
  });

  it("SC-0a SC-2.5a SC-2.5b SC-2.5c: osv-scanner 2.5.0 is not what is pinned, and its evidence does not count", () => {
    expect(PINS.tools["osv-scanner"]?.version).toBe("2.4.0");
    expect(codesOf(decidedAfter("vuln_scan", "clean", ended({ toolVersion: "2.5.0" })))).toContain("tool-version");
  });

  it("SC-2.5a: a matcher that was left out loads no database, and that is missed", () => {
    const found = decidedAfter("vuln_scan", "clean", ({ stderr }) => ({
      stderr: stderr.replace(/^Loaded .*\n/gm, ""),
    }));
    expect(codesOf(found)).toContain("database-missing");
  });

  it("SC-2.5b: a name that lost its scope is another package, and the locked one is missed", () => {
    const scoped = decidedAfter("vuln_scan", "every-format").input.lockfiles.flatMap(({ packages }) =>
      packages.filter(({ name, ecosystem }) => ecosystem === "npm" && name.startsWith("@")),
    );
    expect(scoped.length).toBeGreaterThan(0);
    const found = decidedAfter(
      "vuln_scan",
      "every-format",
      written((text) => text.replaceAll(/"name": "@[^/"]+\//g, '"name": "')),
    );
    expect(codesOf(found)).toContain("coverage-gap");
  });

  it("SC-2.5c SC-S13: what the scanner's strict reader would drop is taken out of a record, so that the record stays", () => {
    const tally = new Tally("npm/all.zip");
    const record = advisory("A-1", { news: 1, affected: [affected({ ranges: [{ ...semver(), vers: "x" }] })] });
    const cleaned = cleanRecord(Buffer.from(JSON.stringify(record)), "npm", tally);
    expect(cleaned.state === "kept" && JSON.parse(cleaned.bytes.toString())).toEqual(
      advisory("A-1", { affected: [affected()] }),
    );
    const dropped = decidedAfter("vuln_scan", "clean", ({ stderr }) => ({
      stderr: `${stderr}"A-1.json" is not a valid JSON file\n`,
    }));
    expect(codesOf(dropped)).toContain("error-line");
  });

  it("SC-S14: a GIT range in front of others is taken out, or the scanner would stop there", () => {
    const record = advisory("A-1", { affected: [affected({ ranges: [GIT_RANGE, semver()] })] });
    const cleaned = cleanRecord(Buffer.from(JSON.stringify(record)), "npm", new Tally("npm/all.zip"));
    expect(cleaned.state === "kept" && JSON.parse(cleaned.bytes.toString()).affected).toEqual([affected()]);
  });
});

describe("severity", () => {
  it("J-10 SC-7a: a vector is scored as a vector, not read as a number", () => {
    expect(Number.isNaN(Number.parseFloat(HIGH_V3))).toBe(true);
    expect(severityOfVector(HIGH_V3, "CVSS_V3")).toBe("high");
    const record = { id: "GHSA-m5pq-gvj9-9vr8", severity: [{ type: "CVSS_V3", score: HIGH_V3 }] };
    expect(rate([record], "p", "npm", []).severity).toBe("high");
    const broken = { id: "X-1", severity: [{ type: "CVSS_V3", score: "CVS.1/AV:N/AC:L" }] };
    expect(rate([broken], "p", "npm", []).severity).toBe("unknown");
  });

  it("J-11: each source of a severity counts by itself, and none at all is unknown", () => {
    const group = (record: object, scores: string[] = []) =>
      rate([{ id: "X-1", ...record }], "p", "npm", scores).severity;
    const vectors = [{ type: "CVSS_V3", score: HIGH_V3 }];
    expect(group({}, ["7.5"])).toBe("high");
    expect(group({ database_specific: { severity: "HIGH" } })).toBe("high");
    expect(group({ affected: [{ package: { name: "p", ecosystem: "npm" }, severity: vectors }] })).toBe("high");
    expect(group({ severity: [{ type: "CVSS_V2", score: HIGH_V2 }] })).toBe("high");
    expect(group({ severity: [{ type: "CVSS_V4", score: CRITICAL_V4 }] })).toBe("critical");
    expect(group({ severity: [{ type: "Ubuntu", score: "high" }] })).toBe("high");
    expect(group({}, [""])).toBe("unknown");
    expect(decidedAfter("vuln_scan", "go-without-severity").job.findings).toMatchObject([
      { severity: "unknown", effect: "block" },
    ]);
  });

  it.each(["RUSTSEC-2024-0001", "GO-2024-1", "PYSEC-2024-1", "DSA-1-1", "USN-1-1", "OSV-2024-1", "XYZ-1"])(
    "J-12: a record named %s is a finding like any other",
    (id) => {
      const report = written((text) => text.replaceAll("DEMO-GO-0001", id));
      const found = decidedAfter("vuln_scan", "go-without-severity", report);
      expect(found.job.findings).toMatchObject([{ ruleId: id, rule: "vulnerability.unknown", effect: "block" }]);
    },
  );

  it("J-12: malware is critical by its id alone", () => {
    expect(decidedAfter("vuln_scan", "malware").job.findings).toMatchObject([
      { rule: "malware", severity: "critical", effect: "block" },
    ]);
  });

  it("J-13: of several records about one thing the worst counts, whichever comes first, and none is a finding of its own", () => {
    const mild = { id: "GHSA-x", aliases: ["CVE-1"] };
    const severe = { id: "CVE-1", severity: [{ type: "CVSS_V3", score: HIGH_V3 }] };
    for (const records of [
      [mild, severe],
      [severe, mild],
    ]) {
      const groups = aliasGroups(records);
      expect(groups).toHaveLength(1);
      expect(rate(groups[0] ?? [], "p", "npm", []).severity).toBe("high");
    }
  });
});

describe("what is looked up", () => {
  it("J-17 SC-S15: the scanner sees lockfiles and our own configuration, nothing that the tree says, and runs no compiler", () => {
    const own = {
      "osv-scanner.toml": "[[IgnoredVulns]]\nid = 'X-1'\n",
      ".gitignore": "*\n",
      "sub/osv-scanner.toml": "x",
    };
    const { argv, staging, env } = stepOf("vuln_scan", own);
    expect(staging.tree).toBeUndefined();
    expect(staging.copies.map(({ source }) => source.path)).toEqual(["package-lock.json"]);
    expect(staging.files["osv-scanner.toml"]).toBe("");
    const flags = [
      "--offline",
      "--no-resolve",
      "--no-ignore",
      "--config={scan}/config/osv-scanner.toml",
      "--no-call-analysis=go",
    ];
    expect(argv).toEqual(expect.arrayContaining(flags));
    expect(argv.some((argument) => argument.startsWith("--call-analysis"))).toBe(false);
    expect(env["PATH"]).toBe("/nonexistent");
  });

  it("SC-S19 SC-S20: a requirement without a version is a gap, whatever version the scanner makes of it", () => {
    const files = { "requirements.txt": "flask\nrequests>=2\nsix==1.16.0\n" };
    const { lockfiles } = planOf(files);
    expect(lockfiles[0]?.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "flask ",
      "requests ",
      "six 1.16.0",
    ]);
    expect(lockfiles[0]?.gaps.map(({ name }) => name)).toEqual(["flask", "requests"]);
    const found = decidedAfter("vuln_scan", "unpinned");
    expect(found.job.coverage?.gaps.map(({ subject }) => subject)).toContain("supply-gate-demo-loose");
    expect(found.verdict.verdict).toBe("INCOMPLETE");
  });
});
