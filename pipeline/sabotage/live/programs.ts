import { spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureTools } from "../../execute/host/tools/index.ts";
import type { Case, Outcome } from "../case.ts";
import { failed } from "../replay.ts";
import { type Bench, liveCase } from "./bench.ts";
import { CASE_MS, type LiveWorld } from "./world.ts";

/** Attacks on this program as a whole: disks that are full, results that were changed, a cache of other tools, files with typos. */
export function programCases({ world }: Bench): Case[] {
  return [
    ...BLOCKS.map((blocks) =>
      liveCase("gate", "disk full", `no file of more than ${blocks * 512} bytes`, () => runWith(world, [], blocks)),
    ),
    liveCase("gate", "disk full", "results that have more bytes than a file may have", () => resultsTooLarge(world)),
    ...Object.entries(TYPOS).map(([name, { option, text }]) =>
      liveCase("gate", "typo", name, () => withFile(text, (path) => runWith(world, [option, path], null))),
    ),
    ...RESULTS.map((path) => liveCase("gate", "results bit-flipped", path, () => decidedAgain(world, path))),
    ...Object.entries(CACHE).map(([name, change]) =>
      liveCase("gate", "tools cache", name, () => withCache(world, change)),
    ),
  ];
}

/** POSIX counts in blocks of 512 bytes; the largest file that is staged, gitleaks' rules, has 190. */
const BLOCKS = [0, 1, 2, 4, 16, 180];
const STAGED_BLOCKS = 640;

const TYPOS = {
  "policy with a misspelt key": { option: "--policy", text: "schemaVersion: supply-gate/policy-1\nblok: {}\n" },
  "policy with a misspelt rule": {
    option: "--policy",
    text: "schemaVersion: supply-gate/policy-1\nblock: { release: [secrets] }\n",
  },
  "waivers with a misspelt key": { option: "--waivers", text: "schemaVersion: supply-gate/waivers-1\nwaiver: []\n" },
  "advisories that are none": { option: "--advisories", text: "" },
} as const;

/** Scans well, and then fails while it writes what it found: the inventory alone has more bytes. */
async function resultsTooLarge(world: LiveWorld): Promise<Outcome> {
  const clean = mkdtempSync(join(tmpdir(), "supply-gate-program-"));
  try {
    for (let index = 0; index < 2_000; index += 1) writeFileSync(join(clean, `${"a".repeat(100)}-${index}`), "");
    return await runWith({ ...world, clean }, [], STAGED_BLOCKS);
  } finally {
    rmSync(clean, { recursive: true, force: true });
  }
}

/** Runs the gate over the clean tree as a user would, and takes its exit status; a verdict that says PASSED may not be left either. */
async function runWith(world: LiveWorld, more: readonly string[], blocks: number | null): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), "supply-gate-program-"));
  try {
    const status = await started(world, [...RUN, world.clean, "--out", join(dir, "out"), ...more], blocks);
    const left = existsSync(join(dir, "out", "verdict.json"))
      ? readFileSync(join(dir, "out", "verdict.json"), "utf8")
      : "";
    const lost = left.includes('"PASSED"') ? ["a verdict was left that says PASSED"] : [];
    return { status, noticed: `exit status ${status}`, lost, same: false };
  } catch (error) {
    return failed(error);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const RUN = [
  "run",
  "--quiet",
  "--engine",
  "host",
  "--mode",
  "release",
  "--only",
  "secret_scan",
  "--as-of",
  "2026-01-01",
];

function started(world: LiveWorld, args: readonly string[], blocks: number | null): Promise<number> {
  const limit = blocks === null ? "" : `ulimit -f ${blocks}; `;
  const argv = ["-c", `${limit}exec "$@"`, "sh", ...world.program, ...args];
  return new Promise((done, fail) => {
    const env = { ...world.env, SUPPLY_GATE_CACHE: world.cacheRoot };
    const late = AbortSignal.timeout(CASE_MS);
    const signal = AbortSignal.any([world.signal, late]);
    const child = spawn("/bin/sh", argv, { env, stdio: "ignore", signal });
    child.on("error", (error) => fail(late.aborted ? new Error(`took longer than ${CASE_MS / 1000} s`) : error));
    child.on("close", (status, by) => {
      if (status === null) fail(new Error(`ended by ${by}`));
      else done(status);
    });
  });
}

async function withFile(text: string, act: (path: string) => Promise<Outcome>): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), "supply-gate-program-"));
  try {
    writeFileSync(join(dir, "file.yaml"), text);
    return await act(join(dir, "file.yaml"));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const RESULTS = ["verdict.json", "plan.json", "evidence/secret_scan.json", "evidence/inventory.json", "summary.md"];

/** A real run's results with one bit changed in the middle of a file. */
async function decidedAgain(world: LiveWorld, path: string): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), "supply-gate-program-"));
  try {
    const out = join(dir, "out");
    const first = await started(world, [...RUN, world.clean, "--out", out], null);
    if (first !== 0) throw new Error(`the untouched run ended with ${first}`);
    flip(join(out, path));
    const status = await started(world, ["decide", out], null);
    return { status, noticed: `exit status ${status}`, lost: [], same: false };
  } catch (error) {
    return failed(error);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type ChangeCache = (entry: string) => void;

const CACHE: Readonly<Record<string, ChangeCache>> = {
  "one bit of the program": (entry) => flip(join(entry, "tool", "gitleaks")),
  "another program": (entry) => cpSync("/bin/true", join(entry, "tool", "gitleaks")),
  "a byte more": (entry) => appendFileSync(join(entry, "tool", "gitleaks"), "x"),
  "a file more": (entry) => writeFileSync(join(entry, "tool", "more"), "x"),
  "a record of another digest": (entry) => {
    const path = join(entry, "record.json");
    const record = JSON.parse(readFileSync(path, "utf8")) as { digest: string };
    writeFileSync(path, JSON.stringify({ ...record, digest: "0".repeat(64), fingerprint: "0".repeat(64) }));
  },
  "a record that is no JSON": (entry) => writeFileSync(join(entry, "record.json"), "{"),
};

/** A copy of the installed gitleaks, changed; nothing is installed anew, since its record is there. */
async function withCache(world: LiveWorld, change: ChangeCache): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), "supply-gate-program-"));
  try {
    const tool = world.tools.get("gitleaks");
    if (tool === undefined) throw new Error("gitleaks is not installed");
    const entry = dirname(tool.dir);
    const copy = join(dir, "tools", "gitleaks", entry.slice(entry.lastIndexOf("/") + 1));
    cpSync(entry, copy, { recursive: true });
    change(copy);
    const context = { ...world, cacheRoot: dir, now: () => new Date(0), log: () => {} };
    await ensureTools(["gitleaks"], world.pins, context);
    return { status: 0, noticed: `taken, with ${readdirSync(copy).length} files`, lost: [], same: false };
  } catch (error) {
    return failed(error);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(path, bytes, { mode: statSync(path).mode });
}
