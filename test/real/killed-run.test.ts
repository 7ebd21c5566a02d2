import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentsOf, expectReadable, fractions, type Place, run } from "../cli/killed-run.ts";
import { makeTree } from "../support/tree.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const GITLEAKS = join(CACHE, "tools/gitleaks");
const installed = existsSync(GITLEAKS) && readdirSync(GITLEAKS).length > 0;

const RUNS = 5;

function place(): Place {
  const cache = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
  symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
  return { cwd: makeTree({ "a.ts": "export const run = 0;\n" }), temporary: makeTree({}), cache };
}

function argsOf(store: string): string[] {
  return [".", "--only", "secret_scan", "--engine", "host", "--as-of", "2026-01-01", "--store", store];
}

describe.skipIf(!installed)(
  "a run of gitleaks that is killed (skipped until supply-gate tools install has run)",
  () => {
    it(`D-02 F-14 J-60: at any of ${RUNS} moments leaves store, results and recorder readable, and the next run as it is`, async () => {
      const untouched = place();
      const began = performance.now();
      expect(await run(argsOf(makeTree({})), untouched)).toBe(0);
      const wholeMs = performance.now() - began;
      const store = join(makeTree({}), "store");
      const killed = place();
      for (const [index, fraction] of fractions(7, RUNS).entries()) {
        writeFileSync(join(killed.cwd, "a.ts"), `export const run = ${index + 1};\n`);
        await run(argsOf(store), killed, { said: null, ms: fraction * wholeMs });
        expectReadable(killed, store);
      }
      writeFileSync(join(killed.cwd, "a.ts"), "export const run = 0;\n");
      expect(await run(argsOf(store), killed)).toBe(0);
      expect(documentsOf(killed)).toEqual(documentsOf(untouched));
      expectReadable(killed, store);
      if (isolationOf(killed) === "bubblewrap") expect(survivors(killed.temporary)).toEqual([]);
    }, 180_000);
  },
);

function isolationOf({ cwd }: Place): string {
  return JSON.parse(readFileSync(join(cwd, "out/verdict.json"), "utf8")).isolation.kind;
}

/** Processes that still see something of a folder, by their command line or what is mounted for them. */
function survivors(folder: string): string[] {
  if (!existsSync("/proc/self/mountinfo")) return [];
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && seenBy(pid).includes(`${folder}/`));
}

function seenBy(pid: string): string {
  try {
    return ["cmdline", "mountinfo"].map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8")).join("\n");
  } catch (error) {
    // Ended meanwhile, or somebody else's.
    if (["ENOENT", "ESRCH", "EACCES", "EPERM", "EINVAL"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return "";
    throw error;
  }
}
