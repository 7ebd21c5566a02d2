import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConformanceRecord } from "../../schemas/conformance.ts";
import { GateError } from "../../schemas/error.ts";
import { readJson } from "../../schemas/read.ts";
import type { CaseResult } from "../conformance/check-engine.ts";
import { digestOf } from "../findings/digest.ts";
import { REGISTRY_SHA256 } from "../protocol/registry/bundled.ts";
import { TOOLS } from "./pins.ts";
import type { World } from "./world.ts";

/** How an engine stands: `untested` says nothing against it. */
export type Standing =
  | { readonly state: "passed" | "untested" }
  | { readonly state: "failed"; readonly failed: readonly string[] };

/**
 * How each engine stood when it was last tested on this machine, as it is now: another program, registry or pin is another engine.
 * @throws GateError DOCUMENT_INVALID when the record can't be read
 */
export function standings(world: World): (engine: string) => Standing {
  const record = readRecord(placeOf(world));
  const now = identity();
  return (engine) => {
    const found = record !== null && Object.hasOwn(record.engines, engine) ? record.engines[engine] : undefined;
    if (found === undefined || found.of !== now) return { state: "untested" };
    return found.failed.length === 0 ? { state: "passed" } : { state: "failed", failed: found.failed };
  };
}

/** Writes down how engines ended; what is known of others stays. @throws GateError STORAGE_FAILED */
export function recordStandings(results: readonly CaseResult[], world: World): void {
  const path = placeOf(world);
  const before = readRecord(path)?.engines ?? {};
  const engines = [...new Set(results.map(({ engine }) => engine))].map((engine) => {
    const own = results.filter((each) => each.engine === engine);
    const failed = own.filter(({ found }) => found !== null).map((each) => each.case);
    return [engine, { of: identity(), at: world.now().toISOString(), cases: own.length, failed }] as const;
  });
  const record: ConformanceRecord = {
    schemaVersion: "supply-gate/conformance-1",
    engines: { ...before, ...Object.fromEntries(engines) },
  };
  const partial = `${path}.partial-${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, `${JSON.stringify(record, null, 2)}\n`);
    renameSync(partial, path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GateError("STORAGE_FAILED", `${path}: could not be written (${code ?? String(cause)})`, { cause });
  }
}

/** One that can't be read might say that an engine failed: nothing is called then. */
function readRecord(path: string): ConformanceRecord | null {
  if (!existsSync(path)) return null;
  try {
    return readJson(ConformanceRecord, readFileSync(path, "utf8"), path);
  } catch (cause) {
    if (!(cause instanceof GateError)) throw cause;
    const next = "remove that file, then run supply-gate conformance: which engines failed is not known any more";
    throw new GateError("DOCUMENT_INVALID", cause.message, { cause, next });
  }
}

function placeOf({ cacheRoot }: World): string {
  return join(cacheRoot, "conformance.json");
}

function identity(): string {
  return digestOf({ tools: TOOLS, registry: REGISTRY_SHA256 });
}
