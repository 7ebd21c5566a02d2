// What the flight recorder costs: 100,000 events with schema, hash and one write each. `node test/bench/recorder.mjs --events 100000`; speed is judged here, never in a test.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundled } from "./bundled.mjs";

const LIMIT_MS = 2000;
const at = process.argv.indexOf("--events");
const count = at < 0 ? 100_000 : Number(process.argv[at + 1]);

const work = mkdtempSync(join(tmpdir(), "supply-gate-bench-"));
try {
  const { recordMany, verifyAll } = await bundled("test/protocol/recorder/writer.ts", work);
  for (const round of [1, 2, 3]) {
    const path = join(work, `${round}.jsonl`);
    const before = process.cpuUsage();
    const wrote = timed(() => recordMany(path, count));
    const { user, system } = process.cpuUsage(before);
    const cpu = Math.round((user + system) / 1000);
    const read = timed(() => verifyAll(path));
    const size = (statSync(path).size / 1e6).toFixed(1);
    const word = wrote <= LIMIT_MS ? "within" : "OVER  ";
    console.log(
      `${word} ${count} events, ${size} MB, recorded in ${wrote} ms (limit ${LIMIT_MS}), of the processor ${cpu} ms; verified in ${read} ms`,
    );
    if (round > 1 && wrote > LIMIT_MS) process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function timed(task) {
  const began = performance.now();
  task();
  return Math.round(performance.now() - began);
}
