import { Buffer } from "node:buffer";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactFacts } from "../../../pipeline/protocol/artifacts/sidecar.ts";
import { type Fsync, openStore } from "../../../pipeline/protocol/artifacts/store.ts";
import { verifyStore } from "../../../pipeline/protocol/artifacts/verify.ts";

const FACTS: ArtifactFacts<"file"> = {
  kind: "file",
  mime: "application/octet-stream",
  createdAt: "2026-01-02T00:00:00.000Z",
  classification: "low",
  retentionKind: "Cache",
};

/** Stores files and folders without end, until somebody ends it: one by one, or in batches. */
export async function storeForever(folder: string, fsync: Fsync, name: string, tree: string): Promise<void> {
  const store = openStore(folder, { fsync });
  process.stdout.write("begun\n");
  for (let at = 0; ; at += 1) {
    store.put({ bytes: content(name, at, 100_000) }, FACTS);
    store.put({ folder: tree }, { ...FACTS, createdByJobId: undefined, filenameHint: `${name}/${at}` });
    if (at % 3 === 0) await store.flush();
  }
}

/** Stores so many artifacts (for the bench). */
export async function storeMany(folder: string, fsync: Fsync, count: number, size: number): Promise<void> {
  const store = openStore(folder, { fsync });
  for (let at = 0; at < count; at += 1) store.put({ bytes: content("bench", at, size) }, FACTS);
  await store.flush();
}

/** @throws Error when there are not so many, or one is not whole (for the bench) */
export function verifyMany(folder: string, count: number): void {
  const [first] = verifyStore(folder);
  if (first !== undefined) throw new Error(`${first.path}: ${first.message}`);
  const found = readdirSync(join(folder, "L3")).length;
  if (found !== count) throw new Error(`found ${found} artifacts, expected ${count}`);
}

function content(name: string, at: number, size: number): Uint8Array {
  return Buffer.alloc(size, `${name} ${at}\n`);
}
