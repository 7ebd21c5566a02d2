import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";
import { call, exampleTree, gate, gateIn, IMAGES, missing, newFolder, resultsOf, titled } from "./live.ts";

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

  it("gives one scan to who wants one", async () => {
    const report = newFolder();
    expect((await call("secret-scan", "--source", tree, ...IMAGES, "export", "--path", report)).status).toBe(0);
    const secrets = JSON.parse(readFileSync(join(report, "reports/secret_scan.json"), "utf8"));
    expect(JSON.stringify(secrets)).toContain("src/settings.ts");
  });
});
