import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { runWithin } from "../../../pipeline/execute/host/budget.ts";

/** Runs tasks of the given sizes and returns what ran together at each start. */
async function together(sizes: readonly number[], budget: { cpus: number; memoryBytes: number }): Promise<string[]> {
  const running = new Set<number>();
  const seen: string[] = [];
  const tasks = sizes.map((memoryBytes, index) => ({
    memoryBytes,
    run: async () => {
      running.add(index);
      seen.push([...running].join("+"));
      for (let turn = 0; turn <= index; turn += 1) await nextTurn();
      running.delete(index);
    },
  }));
  await runWithin(tasks, budget, () => undefined);
  return seen;
}

it("runs as many as there are cores", async () => {
  expect(await together([1, 1, 1], { cpus: 2, memoryBytes: 100 })).toEqual(["0", "0+1", "1+2"]);
});

it("runs as many as their memory fits, and a smaller one meanwhile", async () => {
  expect(await together([60, 60, 40], { cpus: 8, memoryBytes: 100 })).toEqual(["0", "0+2", "2+1"]);
});

it("runs alone what is beyond the budget by itself", async () => {
  expect(await together([500, 1], { cpus: 8, memoryBytes: 100 })).toEqual(["0", "1"]);
});

it("ends at once when there is nothing to do", async () => {
  expect(await together([], { cpus: 1, memoryBytes: 1 })).toEqual([]);
});

it("starts nothing after a failure, waits for what runs, and throws the first", async () => {
  const late = vi.fn(async () => undefined);
  const onFailure = vi.fn();
  let ended = false;
  const tasks = [
    { memoryBytes: 1, run: async () => Promise.reject(new Error("first")) },
    {
      memoryBytes: 1,
      run: async () => {
        for (let turn = 0; turn < 5; turn += 1) await nextTurn();
        ended = true;
        throw new Error("second");
      },
    },
    { memoryBytes: 1, run: late },
  ];
  await expect(runWithin(tasks, { cpus: 2, memoryBytes: 9 }, onFailure)).rejects.toThrow("first");
  expect([ended, late.mock.calls.length, onFailure.mock.calls.length]).toEqual([true, 0, 1]);
});

it("returns results in the order of the tasks", async () => {
  const slow = { memoryBytes: 1, run: async () => await nextTurn("slow") };
  const quick = { memoryBytes: 1, run: async () => "quick" };
  expect(await runWithin([slow, quick], { cpus: 2, memoryBytes: 9 }, () => undefined)).toEqual(["slow", "quick"]);
});
