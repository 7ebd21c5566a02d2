// What the artifact store costs: 10,000 artifacts of 10 KB with hash, sidecar and final name. `node test/bench/artifacts.mjs --artifacts 10000`; speed is judged here, never in a test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundled } from "./bundled.mjs";

const LIMIT_MS = 10_000;
const SIZE = 10_240;
const at = process.argv.indexOf("--artifacts");
const count = at < 0 ? 10_000 : Number(process.argv[at + 1]);

const work = mkdtempSync(join(tmpdir(), "supply-gate-bench-"));
try {
  const { storeMany, verifyMany } = await bundled("test/protocol/artifacts/writer.ts", work);
  const within = [];
  for (const fsync of ["off", "batch"]) {
    const folder = join(work, fsync);
    const wrote = await timed(() => storeMany(folder, fsync, count, SIZE));
    const read = await timed(() => verifyMany(folder, count));
    const word = wrote <= LIMIT_MS ? "within" : "OVER  ";
    console.log(
      `${word} fsync ${fsync}: ${count} artifacts of ${SIZE} bytes in ${wrote} ms (limit ${LIMIT_MS}); verified in ${read} ms`,
    );
    if (wrote <= LIMIT_MS) within.push(fsync);
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`within the limit: ${within.join(", ") || "none"}`);
  if (within.length === 0) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function timed(task) {
  const began = performance.now();
  await task();
  return Math.round(performance.now() - began);
}
