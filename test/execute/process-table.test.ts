import { expect, it } from "vitest";
import { parsePs, parseStat, readProcessTable } from "../../pipeline/execute/process-table.ts";

// Recorded from Linux 6.18; the name is one that a hostile program could give itself.
const STAT =
  "4242 (a) R 1 (b) S 17 4240 4240 0 -1 4194560 119 300 0 0 250 50 1000 500 20 0 1 0 96365 6119424 512 18446744073709551615 1 1 0 0 0 0 0 0 65538 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0";

it("reads a line of /proc/PID/stat whatever the program's name is", () => {
  expect(parseStat(STAT, { pageBytes: 4096, ticksPerSecond: 100 })).toEqual({
    parent: 17,
    group: 4240,
    zombie: false,
    cpuMs: 3000,
    childrenCpuMs: 15000,
    rssBytes: 512 * 4096,
  });
});

it("knows an ended process that nobody waited for", () => {
  expect(parseStat(STAT.replace(" S 17 ", " Z 17 "), { pageBytes: 4096, ticksPerSecond: 100 }).zombie).toBe(true);
});

it("reads ps of Linux and of macOS", () => {
  // First two as procps 4 prints them, then as macOS 14 does.
  const table = parsePs(
    "      1       0       0 Ss    13984 01:02:03\n   4242      1    4240 Z        0 1-00:00:01\n  501   1   501 S+  2048   1:02.50\n",
  );
  expect(table.pids).toEqual([1, 4242, 501]);
  expect(table.row(1)).toMatchObject({ parent: 0, group: 0, zombie: false, rssBytes: 13984 * 1024, cpuMs: 3_723_000 });
  expect(table.row(4242)).toMatchObject({ parent: 1, group: 4240, zombie: true, cpuMs: 86_401_000 });
  expect(table.row(501)).toMatchObject({ cpuMs: 62_500 });
  expect(table.row(7)).toBe(null);
});

it("finds this very process", () => {
  const table = readProcessTable();
  expect(table.pids).toContain(process.pid);
  const row = table.row(process.pid);
  expect(row?.parent).toBe(process.ppid);
  // Shared pages are counted differently, so only the order of magnitude is equal.
  expect(row?.rssBytes).toBeGreaterThan(process.memoryUsage.rss() / 2);
  expect(row?.rssBytes).toBeLessThan(process.memoryUsage.rss() * 2);
});
