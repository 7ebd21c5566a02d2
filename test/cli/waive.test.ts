import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { recordedResults } from "./recorded-results.ts";

const WHO = ["--owner", "web team", "--approver", "security", "--reason", "made up for a test"];
const run = (cwd: string, ...args: string[]) => gate(args, { cwd, env: {} });

describe("supply-gate waive", () => {
  it("G-12: adds an entry with everything filled in, and keeps what is in the file", async () => {
    const { cwd, id } = recordedResults("vuln_scan", "malware");
    writeFileSync(join(cwd, "w.yaml"), "# ours\nschemaVersion: supply-gate/waivers-1\nwaivers: []\n");
    const ended = await run(cwd, "waive", id, ...WHO, "--days", "30", "--waivers", "w.yaml");
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    const text = readFileSync(join(cwd, "w.yaml"), "utf8");
    expect(text).toMatch(/^# ours\n/);
    expect(text).toContain("vulnerability: MAL-0000-0001\n");
    expect(text).toMatch(/purl: pkg:\w+\/supply-gate-demo-evil@/);
    const { status, stdout } = await run(cwd, "waivers", "list", "w.yaml");
    expect([status, stdout]).toEqual([0, expect.stringContaining(`covers ${id}: made up for a test`)]);
  });

  it("binds a secret to the content of its file", async () => {
    const { cwd, id } = recordedResults("secret_scan", "plain");
    expect((await run(cwd, "waive", id, ...WHO)).status).toBe(0);
    const text = readFileSync(join(cwd, "supply-gate.waivers.yaml"), "utf8");
    expect(text).toMatch(/path: \S+\n +sha256: "?[0-9a-f]{64}"?\n/);
  });

  it.each([
    ["an id that is not there", ["secret-000000000000", ...WHO], "no such finding or gap"],
    ["more days than the policy allows", ["ID", ...WHO, "--days", "400"], "found 400 days"],
    ["no reason", ["ID", ...WHO.slice(0, 4)], "reason"],
  ])("refuses %s and writes nothing", async (_what, args, message) => {
    const { cwd, id } = recordedResults("secret_scan", "plain");
    const ended = await run(cwd, "waive", ...args.map((word) => (word === "ID" ? id : word)));
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
    expect(() => readFileSync(join(cwd, "supply-gate.waivers.yaml"))).toThrow("ENOENT");
  });
});

describe("supply-gate waivers", () => {
  it("check tells of what covers nothing, prune takes it out and leaves the rest", async () => {
    const { cwd, id } = recordedResults("secret_scan", "plain");
    await run(cwd, "waive", id, ...WHO);
    const path = join(cwd, "supply-gate.waivers.yaml");
    const good = readFileSync(path, "utf8");
    const dates = good.slice(good.indexOf("    owner"));
    writeFileSync(path, `${good}  - what: {finding: secret-000000000000}\n    reason: made up for a test\n${dates}`);
    const checked = await run(cwd, "waivers", "check");
    expect(checked).toMatchObject({ status: 1, stdout: expect.stringMatching(/^unused {4}secret-000000000000: /) });
    const pruned = await run(cwd, "waivers", "prune");
    expect(pruned.stdout).toBe("supply-gate.waivers.yaml: 1 taken out, 1 left\n");
    expect(readFileSync(path, "utf8")).toBe(good);
    expect(await run(cwd, "waivers", "check")).toMatchObject({ status: 0 });
  });
});

describe("supply-gate waivers compile and import", () => {
  it("say the same in another tool's words, tell what is lost on stderr, and take it back for what was found", async () => {
    const { cwd, id } = recordedResults("vuln_scan", "malware");
    await run(cwd, "waive", id, ...WHO);
    const own = readFileSync(join(cwd, "supply-gate.waivers.yaml"), "utf8");
    const compiled = await run(cwd, "waivers", "compile", "--format", "osv-scanner");
    expect(compiled).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/^broader \(entry 1\): MAL-0000-0001 is/),
    });
    writeFileSync(join(cwd, "osv-scanner.toml"), compiled.stdout);
    const from = ["--format", "osv-scanner", "--from", "osv-scanner.toml", "--owner", "a", "--approver", "b"];
    const taken = await run(cwd, "waivers", "import", "back.yaml", ...from);
    expect(taken).toMatchObject({ status: 0, stdout: "back.yaml: 1 taken over from osv-scanner.toml, 0 not\n" });
    expect(readFileSync(join(cwd, "back.yaml"), "utf8")).toBe(own);
  });

  it.each([
    ["no format", ["compile"], "expected --format, one of openvex"],
    ["a format that is only read", ["compile", "--format", "csaf"], "expected --format"],
    ["nobody who answers for it", ["import", "--format", "openvex", "--from", "x"], "--owner and --approver"],
  ])("refuse %s", async (_what, args, message) => {
    const { cwd, id } = recordedResults("vuln_scan", "malware");
    await run(cwd, "waive", id, ...WHO);
    const ended = await run(cwd, "waivers", ...args);
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  });
});
