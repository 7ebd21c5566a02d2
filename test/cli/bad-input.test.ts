import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";

const POLICY = "schemaVersion: supply-gate/policy-1\n";

/** One line on stderr, with code, place and what to do; nothing on stdout; no stack. */
function expectOneLine({ status, stdout, stderr }: Awaited<ReturnType<typeof gate>>, code: string, text: string): void {
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(new RegExp(`^supply-gate: ${code}: [^\\n]*\\n$`));
  expect(stderr).toContain(text);
}

describe("the command line", () => {
  it.each([
    ["a missing path", ["run", "nowhere"], "SOURCE_INVALID", "nowhere: no such folder"],
    ["a file instead of a folder", ["run", "file"], "SOURCE_INVALID", "file: found a file, expected a folder"],
    ["an unknown mode", ["run", ".", "--mode", "relase"], "USAGE_INVALID", 'Given: "relase"'],
    ["an unknown option", ["run", ".", "--polcy", "x"], "USAGE_INVALID", "polcy"],
    ["an unknown command", ["rnu", "."], "USAGE_INVALID", "run"],
    ["no command", [], "USAGE_INVALID", "which command?"],
    ["an option given twice", ["run", ".", "--mode", "review", "--mode", "release"], "USAGE_INVALID", "mode"],
    [
      "a policy that is not there",
      ["run", ".", "--policy", "none.yaml"],
      "POLICY_INVALID",
      "none.yaml: can't be read (ENOENT)",
    ],
    [
      "a policy with a misspelt key",
      ["run", ".", "--policy", "bad.yaml"],
      "POLICY_INVALID",
      'bad.yaml:2:1: unknown key "rule"; did you mean "rules"?',
    ],
    ["a policy with a licence that is none", ["run", ".", "--policy", "licence.yaml"], "POLICY_INVALID", "MITT"],
    ["waivers that are none", ["run", ".", "--waivers", "bad.yaml"], "WAIVERS_INVALID", "bad.yaml:"],
    ["a date that is none", ["run", ".", "--as-of", "yesterday"], "USAGE_INVALID", 'found "yesterday"'],
    ["advisories that are none", ["run", ".", "--advisories", "empty"], "ADVISORIES_INVALID", "empty"],
    [
      "results in a folder with other content",
      ["run", ".", "--out", "full"],
      "OUTPUT_INVALID",
      "full: found a folder with other content",
    ],
    ["results through a link", ["run", ".", "--out", "link"], "OUTPUT_INVALID", "a symbolic link"],
    ["results over the source", ["run", ".", "--out", "."], "OUTPUT_INVALID", "can't replace the source"],
    ["a finding of no run", ["explain", "secret-000000000000"], "USAGE_INVALID", "no results of a run"],
    ["a tool that is not pinned", ["tools", "list", "--tool", "trivy"], "USAGE_INVALID", 'no tool "trivy"'],
    ["a tool by no name of ours", ["tools", "list", "--tool", "toString"], "USAGE_INVALID", 'no tool "toString"'],
    ["a build from nothing", ["advisories", "build"], "USAGE_INVALID", "--from is missing"],
    ["a step that is not there", ["step", "none.json"], "USAGE_INVALID", "none.json"],
    ["a step that is none", ["step", "bad.yaml"], "CONFIG_INVALID", "bad.yaml"],
  ])("refuses %s in one line", async (_what, args, code, text) => {
    const cwd = makeTree({
      file: "x",
      "bad.yaml": `${POLICY}rule: []\n`,
      "licence.yaml": `${POLICY}licenses:\n  allow: [MITT]\n`,
      "full/keep.txt": "mine",
    });
    mkdirSync(join(cwd, "empty"));
    symlinkSync("empty", join(cwd, "link"));
    expectOneLine(await gate(args, { cwd, env: { SUPPLY_GATE_CACHE: join(cwd, "cache") } }), code, text);
    expect(existsSync(join(cwd, "out"))).toBe(false);
    expect(existsSync(join(cwd, "full/keep.txt"))).toBe(true);
  });

  it("G-12: refuses waivers where no date says whether they have expired", async () => {
    const cwd = makeTree({ "w.yaml": "schemaVersion: supply-gate/waivers-1\nwaivers: []\n" });
    expectOneLine(await gate(["plan", ".", "--waivers", "w.yaml"], { cwd }), "WAIVERS_INVALID", "--as-of");
    expect((await gate(["plan", ".", "--waivers", "w.yaml", "--as-of", "2026-01-01"], { cwd })).status).toBe(0);
  });

  it("refuses an image lock without digests", async () => {
    const cwd = makeTree({
      "images.json":
        '{"schemaVersion":"supply-gate/images-1","images":{"node":{"reference":"node:24","verified":false}}}',
    });
    const to = join(cwd, "plan");
    expectOneLine(
      await gate(["plan", ".", "--to", to, "--images", "images.json"], { cwd }),
      "PIN_MISMATCH",
      "expected name:tag@sha256:",
    );
  });

  it("prints nothing but the plan on stdout, and the same from any folder", async () => {
    const files = { "src/a.ts": "a", "requirements.txt": "six==1.16.0\n" };
    const [one, two] = await Promise.all(
      [makeTree(files), makeTree(files)].map((cwd, index) =>
        gate(["plan", "."], {
          cwd,
          env: { SUPPLY_GATE_CACHE: join(cwd, "../none"), TZ: index === 0 ? "UTC" : "Pacific/Chatham" },
        }),
      ),
    );
    expect(one?.status).toBe(0);
    expect(one?.stderr).toBe("");
    expect(JSON.parse(one?.stdout ?? "")).toMatchObject({
      schemaVersion: "supply-gate/plan-1",
      inventory: { files: 2, lockfiles: 1, packages: 1 },
    });
    expect(two?.stdout).toBe(one?.stdout);
  });

  it("plans on although a lockfile is broken, and refuses one under version control as a place for results", async () => {
    const cwd = makeTree({ "package-lock.json": '{"lockfileVersion": 3, "packages": {' });
    const { status, stdout } = await gate(["plan", "."], { cwd });
    expect(status).toBe(0);
    expect(JSON.parse(stdout).inventory).toMatchObject({ lockfiles: 0, packages: 0 });
  });

  it("shows hostile names as escapes, never as themselves", async () => {
    const cwd = makeTree({});
    writeFileSync(join(cwd, "p\u001b[2J.yaml"), "nonsense: 1\n");
    const { stderr } = await gate(["run", ".", "--policy", "p\u001b[2J.yaml"], { cwd });
    expect(stderr).not.toContain("\u001b");
    expect(stderr).toContain("\\u001b[2J.yaml");
  });

  it("explains itself", async () => {
    const { status, stdout } = await gate(["--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Exit status: 0 PASSED, 1 FAILED, 2 something you gave is invalid, 3 INCOMPLETE");
    expect((await gate(["--version"])).stdout).toBe("0.1.0\n");
  });
});
