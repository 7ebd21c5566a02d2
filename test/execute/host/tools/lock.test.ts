import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withLock } from "../../../../pipeline/execute/host/tools/lock.ts";

const started = new Date("2026-01-02T03:04:05.000Z");
const path = () => join(mkdtempSync(join(tmpdir(), "supply-gate-lock-")), ".lock");

function options(waits: string[] = [], signal = new AbortController().signal) {
  return { signal, started, onWait: (owner: string) => void waits.push(owner), beatMs: 20, staleMs: 200 };
}

it("lets one in at a time and tells the other who is in", async () => {
  const file = path();
  const waits: string[] = [];
  let inside = 0;
  const visit = async () => {
    inside += 1;
    expect(inside).toBe(1);
    // Longer than a holder without a sign of life is waited for.
    await new Promise((resolve) => setTimeout(resolve, 400));
    inside -= 1;
  };
  await Promise.all([withLock(file, options(waits), visit), withLock(file, options(waits), visit)]);
  expect(waits).toEqual([`process ${process.pid} on ${hostname()}, since 2026-01-02T03:04:05.000Z`]);
  expect(existsSync(file)).toBe(false);
});

it("takes over from a process of this host that is gone", async () => {
  const file = path();
  // Above every system's highest process id.
  writeFileSync(file, `999999999 ${hostname()} 2026-01-01T00:00:00.000Z\n`);
  const waits: string[] = [];
  expect(await withLock(file, options(waits), async () => "in")).toBe("in");
  expect(waits).toEqual([]);
});

it("takes over from another host's process that shows no sign of life", async () => {
  const file = path();
  writeFileSync(file, "1 elsewhere.example 2026-01-01T00:00:00.000Z\n");
  const waits: string[] = [];
  expect(await withLock(file, options(waits), async () => "in")).toBe("in");
  expect(waits).toEqual(["process 1 on elsewhere.example, since 2026-01-01T00:00:00.000Z"]);
});

it("waits no longer when it is called off", async () => {
  const file = path();
  const stop = new AbortController();
  const first = withLock(file, options(), async () => await new Promise((resolve) => setTimeout(resolve, 200)));
  const second = withLock(file, options([], stop.signal), async () => "in");
  stop.abort();
  await expect(second).rejects.toThrow();
  await first;
});

it("is released when what it guarded broke", async () => {
  const file = path();
  await expect(withLock(file, options(), () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(existsSync(file)).toBe(false);
});
