import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { buildSnapshot } from "../../pipeline/advisories/build.ts";
import { gate } from "../support/gate.ts";
import { hasSharedData, ROOT, SHARED_DATA } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const installed = ["gitleaks", "osv-scanner", "syft", "scancode"].every(
  (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
);
const isGit = existsSync(join(ROOT, ".git"));

/** What is under version control here, as it lies in the work tree. */
function ownTree(): string {
  const root = makeTree({});
  const list = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 ** 2 });
  for (const path of list.split("\0").filter((name) => name !== "" && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(ROOT, path), join(root, path));
  }
  return root;
}

it.skipIf(!(installed && hasSharedData && isGit))(
  "this repository passes its own strict policy in release mode (skipped without tools, ../shared/data or git)",
  async () => {
    const tree = ownTree();
    const snapshot = join(makeTree({}), "snapshot");
    await buildSnapshot(join(SHARED_DATA, "osv-2026-06-30"), snapshot);
    const out = join(makeTree({}), "out");
    const given = ["--policy", "supply-gate.policy.yaml", "--waivers", "supply-gate.waivers.yaml"];
    // Facts of this machine's cache would make most waivers superfluous.
    const none = ["--licenses", makeTree({})];
    const when = ["--mode", "release", "--as-of", "2026-11-24", "--advisories", snapshot];
    const { status, stdout, stderr } = await gate(
      ["run", ".", "--engine", "host", ...given, ...none, ...when, "--out", out],
      {
        cwd: tree,
      },
    );
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining("PASSED")]);
    const verdict = JSON.parse(readFileSync(join(out, "verdict.json"), "utf8"));
    expect([verdict.verdict, verdict.blocking, verdict.incomplete]).toEqual(["PASSED", [], []]);
    expect(Object.keys(verdict.counts).filter((rule) => rule.startsWith("waiver."))).toEqual([]);
  },
);
