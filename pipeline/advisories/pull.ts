import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { Ecosystem } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { SCANNER_ECOSYSTEMS } from "../../schemas/osv-record.ts";
import type { SnapshotSources } from "../../schemas/snapshot.ts";
import { type BuildContext, storeSnapshot } from "./build.ts";
import { download } from "./download.ts";
import type { Fetch } from "./request.ts";
import type { OpenedSnapshot } from "./snapshot.ts";
import { storing } from "./storing.ts";

/** osv.dev's public bucket: one `all.zip` for each ecosystem. */
export const OSV_BUCKET = "https://osv-vulnerabilities.storage.googleapis.com";

/** The ecosystems whose lockfiles we read, without ConanCenter: osv.dev publishes no database of it. */
export const PUBLISHED_ECOSYSTEMS: readonly string[] = Ecosystem.options.filter((name) => name !== "ConanCenter");

export interface PullContext extends Omit<BuildContext, "beside" | "ecosystems"> {
  readonly fetch?: Fetch;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly signal?: AbortSignal;
  /** Bytes of an ecosystem's zip on disk so far, and in all where the server says so. */
  readonly onBytes?: (ecosystem: string, bytes: number, total: number | null) => void;
  /** A request that says nothing for so long is given up (default 60 s); `attemptMs` bounds one request in all (30 min). */
  readonly idleMs?: number;
  readonly attemptMs?: number;
  readonly maxBytes?: number;
}

export interface PullRequest {
  /** Without a trailing name: `<baseUrl>/<Ecosystem>/all.zip` is asked for. */
  readonly baseUrl: string;
  readonly ecosystems: readonly string[];
  readonly cacheRoot: string;
}

/**
 * Downloads each ecosystem's advisories and builds a snapshot of them below `cacheRoot`. A pull that was cut is continued by the next.
 *
 * @throws GateError USAGE_INVALID for an ecosystem or address that can't be, NETWORK_FAILED when the network gives out,
 * ADVISORIES_INVALID when what came is no advisory database, STORAGE_FAILED when the cache can't be written; the reason of
 * `signal` when that is aborted
 */
export async function pullSnapshot(pull: PullRequest, context: PullContext = {}): Promise<OpenedSnapshot> {
  const ecosystems = [...new Set(pull.ecosystems)].sort();
  const urls = ecosystems.map((ecosystem) => urlOf(pull.baseUrl, ecosystem));
  const folder = join(pull.cacheRoot, "advisories", ".download");
  const sources: SnapshotSources["sources"] = [];
  for (const [index, ecosystem] of ecosystems.entries()) {
    const url = urls[index] as URL;
    const got = await storing(folder, () =>
      download(url, join(folder, ecosystem, "all.zip"), {
        fetch: context.fetch ?? globalThis.fetch,
        sleep:
          context.sleep ??
          ((ms) => sleepFor(ms, undefined, context.signal === undefined ? {} : { signal: context.signal })),
        signal: context.signal,
        onBytes: (bytes, total) => context.onBytes?.(ecosystem, bytes, total),
        idleMs: context.idleMs ?? 60_000,
        attemptMs: context.attemptMs ?? 30 * 60_000,
        maxBytes: context.maxBytes ?? 4 * 2 ** 30 - 1,
      }),
    );
    sources.push({ ecosystem, url: url.href, ...got });
  }
  const beside = {
    "sources.json": `${JSON.stringify({ schemaVersion: "supply-gate/snapshot-sources-1", sources }, null, 2)}\n`,
  };
  const snapshot = await storeSnapshot(folder, pull.cacheRoot, { ...context, ecosystems, beside });
  rmSync(folder, { recursive: true, force: true });
  return snapshot;
}

function urlOf(baseUrl: string, ecosystem: string): URL {
  if (!SCANNER_ECOSYSTEMS.has(ecosystem)) {
    const next = "give OSV names such as npm, PyPI, Go, crates.io";
    throw new GateError("USAGE_INVALID", `found "${ecosystem}", expected an ecosystem that the scanner knows`, {
      next,
    });
  }
  const address = `${baseUrl.replace(/\/+$/, "")}/${encodeURIComponent(ecosystem)}/all.zip`;
  if (URL.canParse(address)) return new URL(address);
  throw new GateError("USAGE_INVALID", `found "${baseUrl}", expected an https address`, {
    next: `leave it out for ${OSV_BUCKET}`,
  });
}
