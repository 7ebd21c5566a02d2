import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";

const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
const { images } = JSON.parse(text("pipeline/pins/images.json"));

describe("ci/github.yml", () => {
  const workflow = parse(text("ci/github.yml"));
  const steps: Record<string, unknown>[] = workflow.jobs.gate.steps;
  const uses = (name: string) => steps.filter((step) => String(step["uses"]).startsWith(`${name}@`));

  it("pins every action by commit, and gives nothing but reading", () => {
    const actions = steps.flatMap((step) => (step["uses"] === undefined ? [] : [String(step["uses"])]));
    expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(Object.keys(workflow.on)).toEqual(["pull_request", "push"]);
    expect(uses("actions/checkout").map(({ with: options }) => options)).toEqual([
      { path: "source", "fetch-depth": 0, "persist-credentials": false },
      expect.objectContaining({ path: "supply-gate", "persist-credentials": false }),
    ]);
  });

  it("keeps the results however the gate ended", () => {
    expect(uses("actions/upload-artifact")).toEqual([
      expect.objectContaining({
        if: "always()",
        with: { name: "supply-gate", path: "source/out", "if-no-files-found": "error" },
      }),
    ]);
    expect(steps.filter((step) => step["continue-on-error"] !== undefined)).toEqual([]);
  });
});

describe("ci/gitlab-ci.yml", () => {
  const job = parse(text("ci/gitlab-ci.yml"))["supply-gate"];

  it("runs in the pinned image and keeps the results however the gate ended", () => {
    expect(job.image).toBe(images.node.reference);
    expect(job.artifacts).toEqual({ when: "always", name: "supply-gate", paths: ["out"] });
    expect(job.script).toEqual(["/opt/supply-gate/ci/gate.sh"]);
    expect(job).not.toHaveProperty("allow_failure");
  });

  it("asks for release mode for a protected tag only", () => {
    const releasing = job.rules.filter((rule: { variables?: object }) => rule.variables !== undefined);
    expect(releasing).toEqual([
      { if: '$CI_COMMIT_TAG && $CI_COMMIT_REF_PROTECTED == "true"', variables: { MODE: "release" } },
    ]);
  });
});

describe("ci/docker.sh", () => {
  /** Runs the script with a docker that notes what it is asked, leaves a verdict in the results' folder and ends with the status. */
  function run(status: number, before: Record<string, string> = {}) {
    const folder = makeTree({
      docker: `#!/bin/sh
printf '%s\\n' "$*" >> "$0.log"
case "$*" in
  build*) cat >> "$0.log" ;;
  *"tools install"*) ;;
  *)
    for argument in "$@"; do case $argument in *:/results) results=\${argument%:/results} ;; esac; done
    mkdir "$results/out" && echo '{}' > "$results/out/verdict.json"
    exit ${status} ;;
esac
`,
    });
    chmodSync(join(folder, "docker"), 0o755);
    const cwd = makeTree(before);
    const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, SUPPLY_GATE_CACHE: join(folder, "cache") };
    const ended = spawnSync(join(ROOT, "ci/docker.sh"), ["--as-of", "2026-01-31"], { cwd, env, encoding: "utf8" });
    const log = join(folder, "docker.log");
    return { ...ended, cwd, lines: existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [] };
  }

  it("builds from the pinned images and scans without network, the tree read-only", () => {
    const { status, stderr, cwd, lines } = run(1);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(lines.slice(1, 3)).toEqual([`FROM ${images.node.reference} AS node`, `FROM ${images.python.reference}`]);
    expect(lines.at(-1)).toContain(`--network none -v ${cwd}:/source:ro`);
    expect(lines.at(-1)).toMatch(/ supply-gate-ci \/gate\/ci\/gate\.sh --as-of 2026-01-31$/);
    expect(existsSync(join(cwd, "out/verdict.json"))).toBe(true);
  });

  it("is undecided when docker itself fails", () => {
    expect(run(125)).toMatchObject({
      status: 3,
      stderr: "ci/docker.sh: no verdict: docker ended with status 125\n",
    });
  });

  it("overwrites an earlier run's results, and nothing else", () => {
    const old = { "out/verdict.json": '{\n  "schemaVersion": "supply-gate/verdict-1"\n}\n', "out/old.txt": "x" };
    const again = run(0, old);
    expect(again.status).toBe(0);
    expect(existsSync(join(again.cwd, "out/old.txt"))).toBe(false);
    expect(run(0, { "out/mine.txt": "x" })).toMatchObject({ status: 2, lines: [] });
  });
});
