import { deflateRawSync } from "node:zlib";
import { makeZip } from "./zip.ts";

/** A small valid advisory for npm's lodash; `more` replaces or adds fields. */
export function advisory(id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { id, modified: "2024-05-06T07:08:09Z", affected: [affected()], ...more };
}

export function affected(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { package: { ecosystem: "npm", name: "lodash" }, ranges: [semver()], ...more };
}

export function semver(): Record<string, unknown> {
  return { type: "SEMVER", events: [{ introduced: "0" }, { fixed: "4.17.21" }] };
}

export const GIT_RANGE = { type: "GIT", repo: "https://example.org/lodash", events: [{ introduced: "0" }] };

/** The records as osv.dev packs them: deflated, in the order given. */
export function zipOf(records: readonly Record<string, unknown>[]): Uint8Array {
  return makeZip(
    records.map((record) => {
      const content = Buffer.from(JSON.stringify(record));
      return { name: `${record["id"]}.json`, content, packed: deflateRawSync(content), method: 8 };
    }),
  );
}
