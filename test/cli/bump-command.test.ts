import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { advisoriesCommand } from "../../pipeline/cli/advisories-command.ts";
import { AdvisoriesLock } from "../../schemas/advisories-lock.ts";
import { advisory, CACHE, lockOf, quietWorld } from "../split/repository.ts";
import { makeSnapshot } from "../support/made-snapshot.ts";

const installed =
  existsSync(join(CACHE, "tools/osv-scanner")) && readdirSync(join(CACHE, "tools/osv-scanner")).length > 0;

const old = makeSnapshot({ npm: [advisory("GHSA-a", "a"), advisory("GHSA-b", "b")] });
const later = makeSnapshot({
  npm: [
    advisory("GHSA-a", "a", ["CVE-2026-1111"], "2026-02-02T00:00:00Z"),
    advisory("GHSA-c", "c"),
    advisory("GHSA-d", "d"),
  ],
});

const WAIVERS = `schemaVersion: supply-gate/waivers-1
waivers:
  - what: { vulnerability: GHSA-b }
    where: { purl: "pkg:npm/b@1.0.0" }
    reason: never called with foreign input
    owner: somebody
    approver: somebody else
    created: 2026-01-01
    expires: 2026-03-01
`;

function project(): string {
  const root = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
  mkdirSync(join(root, "apps/web"), { recursive: true });
  writeFileSync(join(root, "package-lock.json"), lockOf("a", "b"));
  writeFileSync(join(root, "apps/web/package-lock.json"), lockOf("c", "d"));
  writeFileSync(join(root, "waivers.yaml"), WAIVERS);
  return root;
}

async function bump(options: object): Promise<{ status: number; stdout: string; stderr: string }> {
  let stdout = "";
  const stderr: string[] = [];
  const world = {
    ...quietWorld(stderr),
    cwd: "/",
    stdout: (text: string) => {
      stdout += text;
    },
  };
  const whole = { action: "bump", allowRejected: false, json: false, asOf: "2026-02-10", ...options } as const;
  return { status: await advisoriesCommand(whole, world), stdout, stderr: stderr.join("") };
}

describe("advisories bump without looking what it changes", () => {
  it("writes the lock that pins the snapshot, the same bytes each time", async () => {
    const root = project();
    const { status, stdout } = await bump({ path: root, from: old.dir, lockOnly: true, write: true });
    expect([status, stdout]).toEqual([0, `wrote ${join(root, "advisories.lock.json")}\n`]);
    const text = readFileSync(join(root, "advisories.lock.json"), "utf8");
    expect(AdvisoriesLock.parse(JSON.parse(text))).toEqual({
      schemaVersion: "supply-gate/advisories-lock-1",
      snapshotId: old.summary.snapshotId,
      newestModified: "2026-01-01T00:00:00.000Z",
      ecosystems: { npm: 2 },
    });
    expect((await bump({ path: root, from: old.dir, lockOnly: true })).stdout).toBe(text);
  });

  it("refuses a folder that is no snapshot", async () => {
    const root = project();
    await expect(bump({ path: root, from: root, lockOnly: true, write: true })).rejects.toMatchObject({
      code: "ADVISORIES_INVALID",
    });
    expect(existsSync(join(root, "advisories.lock.json"))).toBe(false);
  });
});

describe.skipIf(!installed)("advisories bump (skipped until supply-gate tools install has run)", () => {
  it("says what the new snapshot changes for the tree, by folder, with waivers that die, and writes only when asked", async () => {
    const root = project();
    const cache = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
    symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
    cpSync(old.dir, join(cache, "advisories", old.summary.snapshotId.slice(0, 16)), { recursive: true });
    await bump({ path: root, from: old.dir, lockOnly: true, write: true });
    const before = readFileSync(join(root, "advisories.lock.json"), "utf8");
    let stdout = "";
    const world = {
      ...quietWorld([], cache),
      cwd: "/",
      stdout: (text: string) => {
        stdout += text;
      },
    };
    const options = { action: "bump", allowRejected: false, json: false, path: root, from: later.dir } as const;
    const waivers = { waivers: join(root, "waivers.yaml"), asOf: "2026-02-10" };
    expect(await advisoriesCommand({ ...options, ...waivers }, world)).toBe(0);
    expect(stdout.split("\n").slice(0, 6)).toEqual([
      `advisories: ${old.summary.snapshotId.slice(0, 16)} (up to 2026-01-01) → ${later.summary.snapshotId.slice(0, 16)} (up to 2026-02-02)`,
      "−1 HIGH in ., +2 HIGH in apps/web, 1 waiver now dead",
      "  + GHSA-c  high  pkg:npm/c@1.0.0  GHSA-c in c",
      "  + GHSA-d  high  pkg:npm/d@1.0.0  GHSA-d in d",
      "  − GHSA-b  high  pkg:npm/b@1.0.0  GHSA-b in b",
      "  waiver for GHSA-b in pkg:npm/b@1.0.0 (somebody): covers nothing any more",
    ]);
    expect(readFileSync(join(root, "advisories.lock.json"), "utf8")).toBe(before);
    stdout = "";
    await advisoriesCommand({ ...options, ...waivers, write: true }, world);
    expect(JSON.parse(readFileSync(join(root, "advisories.lock.json"), "utf8")).snapshotId).toBe(
      later.summary.snapshotId,
    );
    expect(stdout).toMatch(/\nwrote .*advisories\.lock\.json\n$/);
  });

  it("counts everything as new where the pinned snapshot is not at hand, and says so", async () => {
    const root = project();
    await bump({ path: root, from: old.dir, lockOnly: true, write: true });
    const { status, stdout, stderr } = await bump({ path: root, from: later.dir });
    expect([status, stdout.split("\n")[1]]).toEqual([0, "+1 HIGH in ., +2 HIGH in apps/web"]);
    expect(stderr).toContain("is not here: everything counts as new");
  });
});
