import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withDetections } from "../../pipeline/licenses/detections.ts";
import { writeFact } from "../../pipeline/licenses/store.ts";
import { Known } from "../../schemas/known.ts";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";

const KEV = JSON.stringify({
  title: "made up",
  catalogVersion: "1",
  count: 1,
  vulnerabilities: [{ cveID: "CVE-2021-44228" }],
});
const DIGEST = Buffer.alloc(64, 7);
const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    "": { name: "made" },
    "node_modules/a": { version: "1.0.0", integrity: `sha512-${DIGEST.toString("base64")}` },
  },
});
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A tree, a policy with an exploit list beside it, and a store with one fact. */
function made(locked = DIGEST.toString("hex")) {
  const policy = `schemaVersion: supply-gate/policy-1\nintelligence:\n  kev: {file: kev.json, sha256: ${sha256(KEV)}}\n`;
  const cwd = makeTree({ "tree/package-lock.json": LOCK, "policy.yaml": policy, "kev.json": KEV });
  const [fact] = withDetections(
    [
      {
        purl: "pkg:npm/a@1.0.0",
        archive: { sha256: "a".repeat(64), bytes: 1, locked: { algorithm: "sha512", value: locked } },
        declared: [{ raw: "MIT", from: "package.json#license" }],
        files: [],
        ignored: [],
        ignoredCounts: {},
      },
    ],
    new Map(),
    null,
  );
  if (fact === undefined) throw new Error("no fact");
  mkdirSync(join(cwd, "facts"));
  writeFact(join(cwd, "facts"), fact);
  return { cwd, fact };
}

async function known(cwd: string, ...more: string[]): Promise<Known> {
  const args = ["plan", "tree", "--to", "plan", "--policy", "policy.yaml", "--only", "vuln_scan", ...more];
  const { status, stderr } = await gate(args, { cwd, env: { SUPPLY_GATE_CACHE: join(cwd, "cache") } });
  expect([status, stderr]).toEqual([0, ""]);
  return Known.parse(JSON.parse(readFileSync(join(cwd, "plan/evidence/known.json"), "utf8")));
}

describe("a plan for an engine", () => {
  it("carries the exploit lists of the policy and the facts about what lockfiles name", async () => {
    const { cwd, fact } = made();
    const { exploits, facts } = await known(cwd, "--licenses", "facts");
    expect(exploits).toEqual({
      kev: { sha256: sha256(KEV), version: "1" },
      epss: null,
      entries: { "CVE-2021-44228": { kev: true } },
    });
    expect(facts).toEqual([fact]);
  });

  it("carries no fact about another archive of that version, and none without a folder", async () => {
    const { cwd } = made("1".repeat(128));
    expect((await known(cwd, "--licenses", "facts")).facts).toEqual([]);
    expect((await known(cwd)).facts).toEqual([]);
  });

  it("is refused for a folder of facts that is not there, and for a fact that somebody changed", async () => {
    const { cwd, fact } = made();
    const missing = await gate(["plan", "tree", "--to", "plan", "--licenses", "none"], { cwd });
    expect([missing.status, missing.stderr]).toEqual([
      2,
      expect.stringContaining("--licenses: found no folder none, expected one with licence facts"),
    ]);
    writeFact(join(cwd, "facts"), { ...fact, declared: [{ raw: "ISC", from: "package.json#license" }] });
    const changed = await gate(["plan", "tree", "--to", "plan", "--licenses", "facts"], { cwd });
    expect([changed.status, changed.stderr]).toEqual([
      3,
      expect.stringContaining("found another content than its digest says"),
    ]);
  });
});
