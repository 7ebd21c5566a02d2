import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { sealed } from "../../pipeline/licenses/fact.ts";
import { writeFact } from "../../pipeline/licenses/store.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { ROOT } from "../support/shared-data.ts";
import { call, exampleTree, gate, gateIn, IMAGES, missing, newFolder, resultsOf, titled } from "./live.ts";

const FACT: Omit<LicenseFact, "digest"> = {
  schemaVersion: "supply-gate/license-fact-1",
  purl: "",
  archive: { sha256: "0".repeat(64), bytes: 1, locked: { algorithm: "sha512", value: "" } },
  declared: [{ raw: "AGPL-3.0-only", from: "package.json#license" }],
  files: [],
  scanner: null,
  ignored: [],
  ignoredCounts: {},
};

describe.skipIf(missing !== undefined)(titled("the module on a live Dagger engine"), () => {
  const tree = exampleTree();
  const advisories = newFolder();
  const options = ["--advisories", advisories, "--as-of", "2026-01-01", ...IMAGES];
  const asked = ["gate", "--source", tree, "--policy", join(tree, "policy.yaml"), ...options];

  beforeAll(async () => {
    await gate("advisories", "build", "--from", join(ROOT, "examples/demo/advisories"), "--to", advisories);
  });

  it("says verdict and exit status as values", async () => {
    expect(await call(...asked, "verdict")).toMatchObject({ status: 0, stdout: "FAILED" });
    expect(await call(...asked, "exit-code")).toMatchObject({ status: 0, stdout: "1" });
  });

  it("fails as a bare call, and with its exit status when it is enforced", async () => {
    expect(await call(...asked)).toMatchObject({ status: 1, stderr: expect.stringContaining("Error: FAILED: ") });
    expect(await call(...asked, "enforce")).toMatchObject({ status: 1, stderr: expect.stringContaining("FAILED: ") });
  });

  it("leaves the same bytes as the command line on the same engine", async () => {
    const exported = newFolder();
    expect((await call(...asked, "report", "export", "--path", exported)).status).toBe(0);
    // In the usual place, which the module does not look at either.
    const ended = await gateIn(
      tree,
      "run",
      ".",
      "--engine",
      "dagger",
      "--policy",
      "policy.yaml",
      ...options,
      "--quiet",
    );
    expect(ended.status, ended.stderr).toBe(1);
    expect(resultsOf(exported)).toEqual(resultsOf(join(tree, "out")));
  });

  it("ends with 3 what can't be decided, and with 2 what the caller has to change", async () => {
    const source = ["gate", "--source", tree, ...IMAGES];
    expect((await call(...source, "--mode", "release", "enforce")).status).toBe(1);
    const bare = newFolder();
    writeFileSync(bare, "nonsense: true\n");
    expect(await call(...source, "--policy", bare, "verdict")).toMatchObject({ status: 2 });
    expect(await call(...source, "--mode", "relase", "verdict")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Given: "relase"'),
    });
  });

  it("passes a clean tree, as value, as bare call and when it is enforced; without advisories it can't decide", async () => {
    const clean = exampleTree();
    for (const file of ["src/settings.ts", "requirements.txt"]) writeFileSync(join(clean, file), "");
    const lock = {
      name: "clean",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: { "": { name: "clean", version: "1.0.0" } },
    };
    writeFileSync(join(clean, "package.json"), JSON.stringify({ name: "clean", version: "1.0.0", license: "MIT" }));
    writeFileSync(join(clean, "package-lock.json"), JSON.stringify(lock));
    const source = ["gate", "--source", clean, ...IMAGES, "--as-of", "2026-01-01"];
    expect(await call(...source, "--advisories", advisories, "verdict")).toMatchObject({ status: 0, stdout: "PASSED" });
    expect(await call(...source, "--advisories", advisories)).toMatchObject({ status: 0 });
    expect(await call(...source, "--advisories", advisories, "enforce")).toMatchObject({ status: 0, stdout: "PASSED" });
    expect(await call(...source, "enforce")).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("INCOMPLETE: "),
    });
  });

  it("counts licence facts, as the command line on the host does", async () => {
    const facts = newFolder();
    const [purl, value] = ["pkg:npm/%40supply-gate-demo/mystery@0.3.1", "0".repeat(128)];
    const known = exampleTree();
    const lock = JSON.parse(readFileSync(join(known, "package-lock.json"), "utf8"));
    lock.packages["node_modules/@supply-gate-demo/mystery"].integrity = `sha512-${Buffer.alloc(64).toString("base64")}`;
    writeFileSync(join(known, "package-lock.json"), JSON.stringify(lock));
    writeFact(facts, sealed({ ...FACT, purl, archive: { ...FACT.archive, locked: { algorithm: "sha512", value } } }));
    const asked = ["gate", "--source", known, "--licenses", facts, ...options];
    const exported = newFolder();
    expect((await call(...asked, "report", "export", "--path", exported)).status).toBe(0);
    const findings = readFileSync(join(exported, "reports/license_scan.json"), "utf8");
    expect(findings).toContain("declared: AGPL-3.0-only; detected in its licence files: nothing");
  });

  it("pins a snapshot in a lock file, as the command line does", async () => {
    const exported = newFolder();
    const bump = ["advisories-bump", "--source", tree, "--advisories", advisories, ...IMAGES];
    expect(await call(...bump, "added-paths")).toMatchObject({ status: 0, stdout: "advisories.lock.json" });
    expect((await call(...bump, "layer", "export", "--path", exported)).status).toBe(0);
    const lock = join(newFolder(), "advisories.lock.json");
    const args = ["advisories", "bump", tree, "--from", advisories, "--lock-only", "--write", "--lock", lock];
    mkdirSync(dirname(lock));
    expect(await gate(...args)).toMatchObject({ status: 0 });
    expect(readFileSync(join(exported, "advisories.lock.json"), "utf8")).toBe(readFileSync(lock, "utf8"));
  });

  it("gives one scan to who wants one", async () => {
    const report = newFolder();
    expect((await call("secret-scan", "--source", tree, ...IMAGES, "export", "--path", report)).status).toBe(0);
    const secrets = JSON.parse(readFileSync(join(report, "reports/secret_scan.json"), "utf8"));
    expect(JSON.stringify(secrets)).toContain("src/settings.ts");
  });
});
