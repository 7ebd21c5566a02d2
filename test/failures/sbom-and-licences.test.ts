import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import { collectEvidence } from "../../pipeline/decide/collect.ts";
import { judgeLicenses } from "../../pipeline/findings/license.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import { rulingOn } from "../../pipeline/policy/rules.ts";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { documents } from "../../pipeline/report/documents.ts";
import { layOut, recordedCase } from "../support/replay.ts";
import { codesOf, licenseAfter, plannedJobs, planOf, sbomAfter, stepOf } from "./replayed.ts";

type Json = Record<string, unknown>;

const json = (change: (document: Json) => Json) => (text: string) => JSON.stringify(change(JSON.parse(text) as Json));
const sbomFiles = (found: ReturnType<typeof sbomAfter>) =>
  [...documents(conclude(found.input)).keys()].filter((path) => path.startsWith("sbom."));
const effectInRelease = (rule: string) =>
  rulingOn(
    {
      id: "a",
      kind: "license_scan",
      class: "license",
      rule,
      ruleId: "x",
      severity: "none",
      title: "",
      locations: [],
      next: "",
    },
    RECOMMENDED,
    "release",
  ).effect;
const answerTo = (stated: readonly string[]) => judgeLicenses(stated, RECOMMENDED.licenses).answer;

describe("the SBOM", () => {
  it("is complete, and written, when syft's recorded report is whole", () => {
    const found = sbomAfter("every-format");
    expect(codesOf(found)).toEqual([]);
    expect(sbomFiles(found)).toEqual(["sbom.cdx.json", "sbom.spdx.json"]);
  });

  it.each([
    ["an empty file", () => ""],
    ["half a file", (text: string) => text.slice(0, text.length / 2)],
    ["a panic's text", () => "panic: runtime error"],
    ["the name of the format alone", () => '{"bomFormat": "CycloneDX"}'],
    ["no packages", json((document) => ({ ...document, artifacts: [] }))],
    ["no list of packages", json(({ artifacts: _artifacts, ...rest }) => rest)],
  ])("J-40: %s is no SBOM: the job is incomplete and none is written", (_what, change) => {
    const found = sbomAfter("every-format", change);
    expect(found.job.state).toBe("incomplete");
    expect(found.verdict.verdict).not.toBe("PASSED");
    expect(sbomFiles(found)).toEqual([]);
  });

  it("J-40: what syft says on stdout is no SBOM", () => {
    const job = plannedJobs().find(({ kind }) => kind === "sbom_generate");
    if (job === undefined) throw new Error("sbom_generate is not planned");
    const { exit } = recordedCase("vuln_scan", "clean").recording;
    const ended = { ...exit, status: 0, toolVersion: "1.52.0" };
    const left = layOut({ exit: ended, stdout: '{"artifacts": []}', stderr: "", outputs: {} });
    const { report, problems } = collectEvidence(job, { ...left, scanRoot: "/scan" }, PINS);
    expect([report, problems.map(({ code }) => code)]).toEqual([null, ["report-missing"]]);
  });

  it("SC-3.2a SC-S21: a lockfile that syft could not read makes the job incomplete, though syft ends with 0", () => {
    const found = sbomAfter("broken-lockfile");
    expect(codesOf(found)).toContain("lockfile-unread");
    expect(found.job.problems.map(({ message }) => message).join("\n")).toContain("app/package-lock.json");
    expect(stepOf("sbom_generate").argv).toContain("--output=syft-json={out}/syft.json");
  });

  it("SC-S21: packages of a lockfile that syft dropped are counted against our own reading", () => {
    const { input } = sbomAfter("every-format");
    const locked = input.lockfiles.flatMap(({ packages }) => packages).length;
    expect(locked).toBeGreaterThan(14);
    const inside = (artifact: Json) =>
      JSON.stringify(artifact["locations"]).includes("/config/") ||
      !JSON.stringify(artifact).includes("package-lock.json");
    const found = sbomAfter(
      "every-format",
      json((document) => ({ ...document, artifacts: (document["artifacts"] as Json[]).filter(inside) })),
    );
    expect(found.job.coverage).not.toEqual(sbomAfter("every-format").job.coverage);
    const names = found.components.components.map(({ name }) => name);
    for (const { name } of input.lockfiles.flatMap(({ packages }) => packages)) expect(names).toContain(name);
  });

  it("SC-S22: syft is told to list what is needed for development only", () => {
    expect(stepOf("sbom_generate").staging.files["syft.yaml"]).toContain(
      "javascript:\n  include-dev-dependencies: true",
    );
  });

  it("SC-S23: a requirement without a version is named by our own reader, since syft drops it without a word", () => {
    const { lockfiles } = planOf({ "requirements.txt": "flask\nsix==1.16.0\n" });
    expect(lockfiles.flatMap(({ gaps }) => gaps).map(({ name }) => name)).toEqual(["flask"]);
    expect(stepOf("sbom_generate").staging.files["syft.yaml"]).toContain("guess-unpinned-requirements: false");
  });

  it("SC-S24: installed packages without a lockfile are named as left out, not taken for none", () => {
    const installed = { "node_modules/demo/package.json": '{"name": "demo", "version": "1.0.0"}' };
    const { job } = sbomAfter("empty", (text) => text, installed);
    expect(JSON.stringify(job.coverage)).toContain('"examples":["node_modules"]');
  });
});

describe("licences", () => {
  it("are complete when scancode's recorded report is whole", () => {
    expect(codesOf(licenseAfter("permissive"))).toEqual([]);
  });

  it.each([
    ["no files", json(({ files: _files, ...rest }) => rest)],
    ["headers alone", json(({ headers }) => ({ headers }))],
    ["an empty list of files", json((document) => ({ ...document, files: [] }))],
    ["one file less", json((document) => ({ ...document, files: (document["files"] as Json[]).slice(1) }))],
    [
      "an error at a file",
      json((document) => ({
        ...document,
        files: (document["files"] as Json[]).map((file) => ({
          ...file,
          scan_errors: ["ERROR: for scanner: licenses:\nERROR: Processing interrupted: timeout"],
        })),
      })),
    ],
  ])("J-44 SC-S25: %s makes the job incomplete", (_what, change) => {
    const found = licenseAfter("permissive", change);
    expect(found.job.state).toBe("incomplete");
    expect(found.verdict.verdict).not.toBe("PASSED");
  });

  it.each([
    [[]],
    [["NOASSERTION"]],
    [["NONE"]],
    [["LicenseRef-scancode-unknown"]],
    [["LicenseRef-ours"]],
    [["MIT", "LicenseRef-x"]],
  ])("J-44: %j is not allowed because nobody knows it", (stated) =>
    expect(["unknown", "review", "unparsable"]).toContain(answerTo(stated)),
  );

  it("J-44: a component that states no licence is a finding that blocks a release", () => {
    const lockfile = JSON.stringify({ lockfileVersion: 3, packages: { "node_modules/demo": { version: "1.0.0" } } });
    expect(lockfile).not.toContain("license");
    expect(answerTo([])).toBe("unknown");
    expect(effectInRelease("license.unknown")).toBe("block");
  });

  it("J-45: what dependencies declare is judged, and AGPL is denied", () => {
    expect(answerTo(["AGPL-3.0-only"])).toBe("denied");
    expect(answerTo(["MIT AND AGPL-3.0-only"])).toBe("denied");
    expect(effectInRelease("license.denied")).toBe("block");
  });

  it("J-45: a folder of the source is scanned, whatever everyday word it is called", () => {
    const { argv, staging } = stepOf("license_scan", { "data/a.ts": "x", "target/b.ts": "x", "venv/c.ts": "x" });
    expect(argv).not.toContain("--ignore");
    expect(staging.tree?.hide.map(({ path }) => path).sort()).toEqual(["node_modules", "package-lock.json"]);
  });

  it("SC-S25: the files of version control systems that scancode passes over by itself are missed when it does", () => {
    const without = json((document) => {
      const files = (document["files"] as Json[]).filter(({ path }) => path !== ".hgignore" && path !== "CVS/kept.c");
      const [header] = document["headers"] as [Json];
      const count = files.filter(({ type }) => type === "file").length;
      const left = files.flatMap(({ license_detections }) => license_detections as Json[]);
      const counted = (document["license_detections"] as Json[]).map((sort) => ({
        ...sort,
        detection_count: left.filter(({ identifier }) => identifier === sort["identifier"]).length,
      }));
      return {
        ...document,
        files,
        license_detections: counted.filter(({ detection_count }) => detection_count > 0),
        headers: [{ ...header, extra_data: { ...(header["extra_data"] as Json), files_count: count } }],
      };
    });
    expect(codesOf(licenseAfter("odd", without))).toContain("coverage-gap");
  });

  it("SC-S26 J-47: scancode has no time limit of its own; the step's limit is one for all of it", () => {
    const { argv, limits } = stepOf("license_scan");
    expect(argv[argv.indexOf("--timeout") + 1]).toBe("0");
    expect(limits.wallMs).toBe(3_600_000);
  });
});
