import { digestOf, uuidOf } from "../../findings/digest.ts";

const CHANCE = 10;
const POOL = 400 * CHANCE;

/**
 * Makes live ids: UUID version 7 (RFC 9562), milliseconds first, then chance (K-30). Ids of content are made by `uuidOf`.
 * `random` gives as many random bytes as it is asked for; it is asked for many ids at once, since each question is dear.
 */
export function liveIds(now: () => Date, random: (bytes: number) => Buffer): () => string {
  let pool: Buffer = Buffer.alloc(0);
  return () => {
    if (pool.length === 0) pool = random(POOL);
    const bytes = Buffer.alloc(16);
    pool.copy(bytes, 6, 0, CHANCE);
    pool = pool.subarray(CHANCE);
    bytes.writeUIntBE(now().getTime(), 0, 6);
    bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
    bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
    const hex = bytes.toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

/** The attempt's id out of what the CI calls its run (K-25). */
export function workflowRunId(ciRun: string): string {
  return uuidOf(digestOf({ workflow_run: ciRun }));
}
