import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { A, factOf, locked, store } from "../licenses/made-store.ts";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const place = join(CACHE, "tools/scancode");
const installed = existsSync(place) && readdirSync(place).length > 0;

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: {
    "": { name: "made" },
    "node_modules/a": {
      version: "1.0.0",
      integrity: `sha512-${Buffer.from(locked.value, "hex").toString("base64")}`,
    },
  },
});

/** Gates a tree that needs one package whose licence its lockfile does not state. */
async function run(cwd: string, out: string, ...more: string[]) {
  const cache = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
  symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
  const args = ["run", "tree", "--engine", "host", "--only", "license_scan", "--mode", "release", "--quiet"];
  const env = { SUPPLY_GATE_CACHE: cache };
  const { status, stderr } = await gate([...args, "--as-of", "2026-11-24", "--out", out, ...more], { cwd, env });
  expect(stderr).toBe("");
  const items = JSON.parse(readFileSync(join(cwd, out, "reports/license_scan.json"), "utf8")).findings.items;
  const told = items.map(({ rule, detail, next, origin }: Record<string, string>) => ({ rule, detail, next, origin }));
  return { status, told };
}

it.skipIf(!installed)(
  "licence facts answer for what a lockfile does not state, and can be repeated from the evidence (skipped without scancode)",
  async () => {
    const cwd = makeTree({ "tree/package-lock.json": LOCK });
    const purl = "pkg:npm/a@1.0.0";
    const without = await run(cwd, "without");
    const next = "see what the archive of a says: supply-gate licenses fetch; or answer for it in a waiver";
    expect(without).toMatchObject({ status: 1, told: [{ rule: "license.unknown", next }] });
    expect(await run(cwd, "with", "--licenses", store(A))).toEqual({ status: 0, told: [] });
    expect((await gate(["decide", "with"], { cwd })).status).toBe(0);
    const denied = await run(cwd, "denied", "--licenses", store(factOf(purl, "AGPL-3.0-only")));
    const detail =
      "declared: AGPL-3.0-only; detected in its licence files: nothing; only there: nothing; concluded: AGPL-3.0-only";
    expect(denied).toMatchObject({ status: 1, told: [{ rule: "license.denied", detail }] });
    const split = await run(cwd, "split", "--licenses", store(factOf(purl, "AGPL-3.0-only")), "--base", "without");
    expect(split).toMatchObject({ status: 1, told: [{ rule: "license.denied", origin: "already-there" }] });
  },
);
