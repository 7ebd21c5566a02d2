import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CaseResult } from "../../pipeline/conformance/check-engine.ts";
import { verifyRecorder } from "../../pipeline/protocol/recorder/verify.ts";
import { REGISTRY } from "../../pipeline/protocol/registry/bundled.ts";
import { ConformanceRecord } from "../../schemas/conformance.ts";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const installed = ["gitleaks", "osv-scanner", "syft", "scancode"].every(
  (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
);
const SECRET_SCAN = "engine.guard.secret_scan";

/** A cache with the installed tools and no record of any conformance. */
function toolsOnly(): string {
  const cache = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
  symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
  return cache;
}

describe.skipIf(!installed)("conformance of the real tools (skipped until supply-gate tools install has run)", () => {
  it("H-01 H-02 H-04 A-25: every engine ends every case as expected, and is called; one that fails a case is not", async () => {
    const cwd = makeTree({ "a.ts": "export const a = 1;\n" });
    const cache = toolsOnly();
    const env = { SUPPLY_GATE_CACHE: cache };
    const { status, stdout } = await gate(["conformance", "--json", "--quiet", "--engine", "host"], { cwd, env });
    const results = JSON.parse(stdout) as CaseResult[];
    expect(results.filter(({ found }) => found !== null)).toEqual([]);
    expect(status).toBe(0);
    const counts = Object.keys(REGISTRY.engines).map((id) => [
      id,
      results.filter(({ engine }) => engine === id).length,
    ]);
    expect(counts.length).toBeGreaterThanOrEqual(3);
    expect(counts.filter(([, count]) => Number(count) < 12)).toEqual([]);

    const path = join(cache, "conformance.json");
    const record = ConformanceRecord.parse(JSON.parse(readFileSync(path, "utf8")));
    expect(Object.entries(record.engines).map(([id, { cases }]) => [id, cases])).toEqual(counts);
    const args = ["run", ".", "--only", "secret_scan", "--engine", "host", "--quiet", "--as-of", "2026-01-01"];
    expect((await gate(args, { cwd, env })).status).toBe(0);
    expect(startedIn(cwd)).toContain("gitleaks");

    record.engines[SECRET_SCAN]?.failed.push("golden-secret-found");
    writeFileSync(path, JSON.stringify(record));
    expect((await gate(args, { cwd, env })).status).toBe(3);
    const { verdict, incomplete } = JSON.parse(readFileSync(join(cwd, "out/verdict.json"), "utf8"));
    const message = `${SECRET_SCAN}: is not called, it did not pass conformance (golden-secret-found)`;
    expect(verdict).toBe("INCOMPLETE");
    expect(incomplete).toMatchObject([{ kind: "secret_scan", code: "tool-unavailable", message }]);
    expect(startedIn(cwd)).toEqual([]);
  }, 300_000);
});

/** Names of the programs that a run's recorder tells of. */
function startedIn(cwd: string): string[] {
  const { events } = verifyRecorder(readFileSync(join(cwd, "out/run/flight-recorder.jsonl")));
  return events.flatMap((event) => (event.type === "terminal_command" ? [event.command.split("/").at(-1) ?? ""] : []));
}
