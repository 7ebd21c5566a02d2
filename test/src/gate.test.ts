import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectSdk } from "../../pipeline/execute/dagger/session.ts";
import { SupplyGate } from "../../pipeline/src/index.ts";
import { type Call, type FakeSession, startFakeSession } from "../execute/dagger/fake-session.ts";
import { hasSharedData, ROOT } from "../support/shared-data.ts";

const bundle = join(ROOT, "pipeline/dist/gate.mjs");
const missing = !hasSharedData ? "../shared/data" : !existsSync(bundle) ? "pipeline/dist/gate.mjs" : undefined;
const LOCK = readFileSync(join(ROOT, "pipeline/pins/images.json"), "utf8");
const NODE = JSON.parse(LOCK).images.node.reference as string;
const STEPS = [
  { id: "secret_scan", hide: [".git"], advisories: false },
  { id: "vuln_scan", hide: null, advisories: true },
];
const EXIT = { killedBy: null, signal: null, spawnError: null, started: "2026-01-01T10:00:00.000Z" };

const called = (chain: readonly Call[], name: string) => chain.filter((call) => call.name === name);
const execs = (chain: readonly Call[]) => called(chain, "withExec").map(({ args }) => args["args"] as string[]);

describe.skipIf(missing !== undefined)(`the module's gate (skipped without ${missing})`, () => {
  const home = process.cwd();
  let fake: FakeSession;
  let disconnect: () => Promise<void>;
  let directory: () => Parameters<SupplyGate["gate"]>[0];
  let file: (name: string) => NonNullable<Parameters<SupplyGate["gate"]>[2]>;
  let verdict = { verdict: "FAILED", exitCode: 1, next: "see it" };
  let lock = LOCK;
  let own: string[] = [];

  beforeEach(async () => {
    lock = LOCK;
    own = [];
    verdict = { verdict: "FAILED", exitCode: 1, next: "see it" };
    // The function copies its program into the container's own folder.
    process.chdir(mkdtempSync(join(tmpdir(), "supply-gate-test-")));
    fake = await startFakeSession((chain) => {
      const path = String(called(chain, "file").at(-1)?.args["path"]);
      if (chain.at(-1)?.name === "name") return "policy.yaml";
      if (chain.at(-1)?.name === "exists") return own.includes(String(chain.at(-1)?.args["path"]));
      if (path === "steps.json") return JSON.stringify(STEPS);
      if (path === "exit.json") return JSON.stringify(EXIT);
      if (path === "verdict.json") return JSON.stringify(verdict);
      if (path === "images.json") return lock;
      throw new Error(`nobody expected ${path}`);
    });
    const connected = await connectSdk({ ...fake, close: async () => {} });
    ({ disconnect } = connected);
    directory = () => connected.client.directory();
    file = (name) => connected.client.directory().file(name);
  });
  afterEach(async () => {
    await disconnect();
    await fake.close();
    process.chdir(home);
  });

  it("plans, runs every step sealed, and decides, all in the pinned Node image, in queries that the engine knows", async () => {
    const decided = await new SupplyGate().gate(directory());
    expect([decided.verdict, decided.exitCode, decided.reason, decided.node]).toEqual([
      "FAILED",
      1,
      "FAILED: see it",
      NODE,
    ]);
    const plan = fake.chains.find((chain) => called(chain, "file").at(-1)?.args["path"] === "steps.json") ?? [];
    expect(called(plan, "from")).toEqual([{ name: "from", args: { address: NODE } }]);
    expect(execs(plan)).toEqual([
      [
        "node",
        "/gate/gate.mjs",
        "plan",
        "/src",
        "--out",
        "/src/out",
        "--to",
        "/plan",
        "--images",
        "/in/images.json",
        "--mode",
        "review",
      ],
    ]);
    const decision = fake.chains.find((chain) => called(chain, "file").at(-1)?.args["path"] === "verdict.json") ?? [];
    expect(execs(decision)).toEqual([
      ["node", "/gate/gate.mjs", "decide", "/plan", "--steps", "/steps", "--source", "/src", "--to", "/report"],
    ]);
    const folders = called(decision, "withMountedDirectory").map(({ args }) => args["path"]);
    expect(folders).toEqual(expect.arrayContaining(["/plan", "/src", "/steps"]));
    const mounted = called(decision, "withMountedDirectory").find(({ args }) => args["path"] === "/steps");
    const results = called(mounted?.args["source"] as Call[], "withDirectory").map(({ args }) => args["path"]);
    expect(results).toEqual(["secret_scan", "vuln_scan"]);
  });

  it("hands on what the caller decides, and nothing that the caller did not say", async () => {
    const gate = new SupplyGate();
    await gate.gate(directory(), "release", file("p"), file("w"), directory(), "2026-01-31", file("images.json"));
    const plan = fake.chains.find((chain) => called(chain, "file").at(-1)?.args["path"] === "steps.json") ?? [];
    expect(execs(plan)[0]?.slice(9)).toEqual([
      ...["--images", "/in/images.json", "--mode", "release", "--policy", "policy.yaml"].slice(1),
      ...["--waivers", "/in/waivers.yaml", "--as-of", "2026-01-31", "--advisories", "/advisories"],
    ]);
    // What the scanner says of an advisory is held against the snapshot that it was given.
    const decision = fake.chains.find((chain) => called(chain, "file").at(-1)?.args["path"] === "verdict.json") ?? [];
    expect(execs(decision)[0]?.slice(-4)).toEqual(["--to", "/report", "--advisories", "/advisories"]);
    expect(called(decision, "withMountedDirectory").map(({ args }) => args["path"])).toContain("/advisories");
  });

  it("has one function per kind, which plans that kind alone", async () => {
    const gate = new SupplyGate();
    await gate.secretScan(directory());
    await gate.vulnScan(directory(), directory());
    await gate.sbomGenerate(directory());
    await gate.licenseScan(directory());
    const only = fake.chains
      .filter((chain) => called(chain, "file").at(-1)?.args["path"] === "steps.json")
      .map((chain) => execs(chain)[0]?.filter((_, index, all) => [all[index], all[index - 1]].includes("--only")));
    expect(only).toEqual(["secret_scan", "vuln_scan", "sbom_generate", "license_scan"].map((kind) => ["--only", kind]));
  });

  it("gives the change of the lock that pins a snapshot, and scans nothing for it", async () => {
    const change = await new SupplyGate().advisoriesBump(directory(), directory());
    expect(await change.id()).toMatch(/^id-\d+$/);
    const [chain = []] = fake.chains.filter((each) => called(each, "changes").length === 1);
    const added = called(chain, "withFile");
    expect(added.map(({ args }) => args["path"])).toEqual(["advisories.lock.json"]);
    const container = added[0]?.args["source"] as Call[];
    expect(execs(container)).toEqual([
      [
        ...["node", "/gate/gate.mjs", "advisories", "bump", "/src", "--from", "/advisories"],
        ...["--lock", "/lock/advisories.lock.json", "--lock-only", "--write"],
      ],
    ]);
    expect(called(container, "withMountedDirectory").map(({ args }) => args["path"])).toEqual(["/advisories"]);
  });

  it("fails a bare call unless the verdict is PASSED", async () => {
    await expect((await new SupplyGate().gate(directory())).sync()).rejects.toThrow("FAILED: see it");
    await expect(new SupplyGate().check(directory())).rejects.toThrow("FAILED: see it");
    verdict = { verdict: "PASSED", exitCode: 0, next: "nothing" };
    expect(await (await new SupplyGate().gate(directory())).sync()).toMatch(/^id-\d+$/);
    await new SupplyGate().check(directory());
  });

  it("checks a repository by its own policy and snapshot, where it has them, and never scans the snapshot", async () => {
    own = ["supply-gate.policy.yaml", "supply-gate.advisories"];
    verdict = { verdict: "PASSED", exitCode: 0, next: "nothing" };
    await new SupplyGate().check(directory());
    const plan = fake.chains.find((chain) => called(chain, "file").at(-1)?.args["path"] === "steps.json") ?? [];
    expect(execs(plan)[0]?.slice(-4)).toEqual(["--policy", "policy.yaml", "--advisories", "/advisories"]);
    const [source] = called(plan, "withMountedDirectory").filter(({ args }) => args["path"] === "/src");
    expect(source?.args["source"]).toEqual([
      { name: "directory", args: {} },
      { name: "withoutDirectory", args: { path: "supply-gate.advisories" } },
    ]);
  });

  it("ends `enforce` with the verdict's exit status, in a program of its own", async () => {
    verdict = { verdict: "INCOMPLETE", exitCode: 3, next: "see it" };
    expect(await (await new SupplyGate().gate(directory())).enforce()).toBe("INCOMPLETE");
    const [enforced] = execs(fake.chains.at(-1) ?? []);
    expect(enforced).toEqual(["sh", "-c", 'printf "%s\\n" "$1" >&2; exit "$2"', "enforce", "INCOMPLETE: see it", "3"]);
    const before = fake.chains.length;
    verdict = { verdict: "PASSED", exitCode: 0, next: "nothing" };
    expect(await (await new SupplyGate().gate(directory())).enforce()).toBe("PASSED");
    expect(
      fake.chains
        .slice(before)
        .flatMap(execs)
        .filter(([program]) => program === "sh"),
    ).toEqual([]);
  });

  it.each([
    ["no JSON", /^image lock: Unexpected token/],
    ["{}", /^image lock: images.node.reference: expected an image by digest/],
    ['{"images": {"node": {"reference": "node:24"}}}', /^image lock: images.node.reference: expected/],
  ])("refuses the image lock %s", async (text, message) => {
    lock = text;
    const none = undefined;
    const gating = new SupplyGate().gate(directory(), "review", none, none, none, none, file("images.json"));
    await expect(gating).rejects.toThrow(message);
  });
});
