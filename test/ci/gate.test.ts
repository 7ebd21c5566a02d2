import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";

const SCRIPT = join(ROOT, "ci/gate.sh");
const { PATH = "", HOME = "" } = process.env;

/** A program that notes its arguments and does what the text says, in a folder of its own. */
function stub(name: string, text: string): string {
  const folder = makeTree({ [name]: `#!/bin/sh\nprintf '%s\\n' "$*" >> "$0.log"\n${text}\n` });
  chmodSync(join(folder, name), 0o755);
  return join(folder, name);
}

/** A shell command that leaves a verdict with this status in `folder`. */
function leaves(status: number, folder: string): string {
  const verdict = `{\n  "schemaVersion": "supply-gate/verdict-1",\n  "exitCode": ${status},\n  "next": "\\"exitCode\\": 9"\n}\n`;
  return `mkdir -p ${folder} && cat > ${folder}/verdict.json <<'END'\n${verdict}END`;
}

function ci(cwd: string, env: Record<string, string>, args: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(SCRIPT, args, {
    cwd,
    env: { PATH, HOME, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** Runs the script with a gate that leaves a verdict (unless null) and ends with the status. */
function withGate(verdict: number | null, status: number, env: Record<string, string> = {}) {
  const command = stub("gate", `${verdict === null ? ":" : leaves(verdict, "out")}\nexit ${status}`);
  const cwd = makeTree({ "a.txt": "x" });
  const ended = ci(cwd, { SUPPLY_GATE_COMMAND: command, ...env });
  const log = `${command}.log`;
  return { ...ended, cwd, calls: existsSync(log) ? readFileSync(log, "utf8") : "" };
}

describe("ci/gate.sh", () => {
  it.each([0, 1, 3])("ends with the gate's own status %i when the results are there (J-01)", (status) => {
    expect(withGate(status, status)).toMatchObject({
      status,
      stderr: "",
      calls: "run . --engine auto --mode review --out out\n",
    });
  });

  it.each([2, 70])("ends with the gate's own status %i, which leaves no results", (status) => {
    expect(withGate(null, status)).toMatchObject({ status, stderr: "" });
  });

  it.each([0, 1, 3])("is undecided when the gate ends with %i and there are no results (J-03)", (status) => {
    expect(withGate(null, status)).toMatchObject({
      status: 3,
      stderr: `ci/gate.sh: no results: out/verdict.json is missing; the gate ended with status ${status}\n`,
    });
  });

  it("G-06: is undecided when the verdict is another run's", () => {
    expect(withGate(1, 0)).toMatchObject({
      status: 3,
      stderr: "ci/gate.sh: out/verdict.json says status 1, the gate ended with 0: not one run's results\n",
    });
  });

  it("is undecided when the gate was killed or is not there", () => {
    expect(withGate(0, 137)).toMatchObject({
      status: 3,
      stderr: "ci/gate.sh: no verdict: the gate ended with status 137\n",
    });
    expect(withGate(0, 0, { SUPPLY_GATE_COMMAND: "/nowhere/gate" }).status).toBe(3);
  });

  it.each<[string, Record<string, string>]>([
    ["nowhere known", {}],
    ["a pull request on GitHub", github("branch", "pull_request")],
    ["a branch on GitHub", github("branch", "push")],
    ["a tag that was made by hand on GitHub", github("tag", "workflow_dispatch")],
    ["GitHub with another CI's word", { ...github("branch", "push"), SUPPLY_GATE_TRUSTED_TAG: "true" }],
    ["an unprotected tag on GitLab", { GITLAB_CI: "true", CI_COMMIT_TAG: "v1", CI_COMMIT_REF_PROTECTED: "false" }],
    ["a protected branch on GitLab", { GITLAB_CI: "true", CI_COMMIT_REF_PROTECTED: "true" }],
    ["another CI's word that is not true", { SUPPLY_GATE_TRUSTED_TAG: "1" }],
  ])("refuses release mode: %s", (_, env) => {
    expect(withGate(0, 0, { MODE: "release", ...env })).toMatchObject({
      status: 2,
      stderr: "ci/gate.sh: MODE: found release, expected review: this is no push of a protected tag\n",
      calls: "",
    });
  });

  it.each<[string, Record<string, string>]>([
    ["a pushed tag on GitHub", github("tag", "push")],
    ["a protected tag on GitLab", { GITLAB_CI: "true", CI_COMMIT_TAG: "v1", CI_COMMIT_REF_PROTECTED: "true" }],
    ["another CI that vouches for the tag", { SUPPLY_GATE_TRUSTED_TAG: "true" }],
  ])("allows release mode (J-02): %s", (_, env) => {
    const calls = "run . --engine auto --mode release --out out\n";
    expect(withGate(0, 0, { MODE: "release", ...env })).toMatchObject({ status: 0, calls });
  });

  it("refuses a mode that it does not know, and one beside the variable", () => {
    expect(withGate(0, 0, { MODE: "Release" })).toMatchObject({
      status: 2,
      stderr: 'ci/gate.sh: MODE: found "Release", expected review or release\n',
    });
    const args = ["--policy", "p.yaml", "--mode=release"];
    expect(ci(makeTree({}), {}, args)).toMatchObject({ status: 2, stderr: expect.stringContaining("--mode=release") });
  });

  it("hands options on to the gate, and the results go where they are asked for", () => {
    const command = stub("gate", `${leaves(0, "'my results'")}\nexit 0`);
    const env = { SUPPLY_GATE_COMMAND: command, SUPPLY_GATE_ENGINE: "host", OUT: "my results" };
    expect(ci(makeTree({}), env, ["--policy", "p.yaml"]).status).toBe(0);
    expect(readFileSync(`${command}.log`, "utf8")).toBe(
      "run . --engine host --mode review --out my results --policy p.yaml\n",
    );
  });
});

describe("ci/gate.sh with Dagger", () => {
  function withDagger(exported: number, enforced: number, before: Record<string, string> = {}) {
    const text = `case "$*" in\n*enforce) exit ${enforced} ;;\nesac\n[ ${exported} = 0 ] || exit ${exported}\n${leaves(1, "out")}`;
    const dagger = stub("dagger", text);
    const cwd = makeTree({ "a.txt": "x", ...before });
    const ended = ci(cwd, { PATH: `${join(dagger, "..")}:${PATH}`, SUPPLY_GATE_ENGINE: "dagger" }, ["--as-of", "x"]);
    return { ...ended, cwd, calls: readFileSync(`${dagger}.log`, "utf8") };
  }

  it("exports first, then enforces", () => {
    const call = `call -m ${ROOT} gate --source . --mode review --as-of x`;
    const ended = withDagger(0, 1);
    expect(ended).toMatchObject({ status: 1, calls: `${call} report export --path out\n${call} enforce\n` });
    expect(existsSync(join(ended.cwd, "out/verdict.json"))).toBe(true);
  });

  it("is undecided when the engine fails: its status 1 is not the verdict's", () => {
    expect(withDagger(1, 0)).toMatchObject({
      status: 3,
      stderr: "ci/gate.sh: no results: dagger ended with status 1 before there was a verdict\n",
    });
    expect(withDagger(0, 0).status).toBe(3);
  });

  it.each([2, 70])("passes on what the gate ends with when it could not start: %i", (status) => {
    expect(withDagger(status, 0).status).toBe(status);
  });

  it("takes away an earlier run's results, and nothing else", () => {
    const old = { "out/verdict.json": '{\n  "schemaVersion": "supply-gate/verdict-1"\n}\n', "out/old.txt": "x" };
    expect(existsSync(join(withDagger(0, 1, old).cwd, "out/old.txt"))).toBe(false);
    expect(existsSync(join(withDagger(0, 1, { "out/mine.txt": "x" }).cwd, "out/mine.txt"))).toBe(true);
  });
});

describe("ci/gate.sh with the real gate", () => {
  const env = ["SUPPLY_GATE_CACHE", "XDG_CACHE_HOME"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const installed = () => {
    const list = execFileSync(join(ROOT, "gate"), ["tools", "list", "--json"], { encoding: "utf8" });
    return JSON.parse(list).some(
      ({ name, digest }: { name: string; digest?: string }) => name === "gitleaks" && digest,
    );
  };

  it.skipIf(!installed())(
    "A-06 A-12 G-05: blocks a tree that must fail, and leaves its verdict (skipped until ./gate tools install has run)",
    () => {
      const token = ["ghp", "x7Qp2LmZ9vTr4KsW1nBy8HcD5fGj3RtA6uEo"].join("_");
      const cwd = makeTree({});
      const real = { ...Object.fromEntries(env), SUPPLY_GATE_ENGINE: "host" };
      writeFileSync(join(cwd, "a.ts"), `export const token = "${token}";\n`);
      expect(ci(cwd, real, ["--only", "secret_scan", "--quiet"])).toMatchObject({ status: 1, stderr: "" });
      expect(JSON.parse(readFileSync(join(cwd, "out/verdict.json"), "utf8"))).toMatchObject({
        verdict: "FAILED",
        exitCode: 1,
        counts: { secret: 1 },
      });
      writeFileSync(join(cwd, "a.ts"), "export const answer = 42;\n");
      expect(ci(cwd, real, ["--only", "secret_scan", "--quiet"]).status).toBe(0);
    },
  );
});

function github(type: string, event: string): Record<string, string> {
  return { GITHUB_ACTIONS: "true", GITHUB_REF_TYPE: type, GITHUB_EVENT_NAME: event };
}
