import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Aged,
  agedIn,
  carryOut,
  planCollection,
  RETENTION,
} from "../../../pipeline/protocol/artifacts/collect-garbage.ts";
import { factsOfBytes } from "../../../pipeline/protocol/artifacts/payload.ts";
import { type ArtifactFacts, artifactOf } from "../../../pipeline/protocol/artifacts/sidecar.ts";
import { type ArtifactStore, openStore } from "../../../pipeline/protocol/artifacts/store.ts";
import { PruneReport } from "../../../schemas/protocol/prune-report.ts";
import { FACTS, madeStore } from "./made.ts";

const NOW = new Date("2026-06-01T00:00:00.000Z");
const DAY = 86_400_000;

let made = 0;
function aged(days: number, facts: Partial<ArtifactFacts> = {}): Aged {
  made += 1;
  const artifact = artifactOf(factsOfBytes(`content ${made}`), {
    ...FACTS,
    retentionKind: "Log",
    filenameHint: `log-${made}`,
    ...facts,
  });
  return { artifact, storedAt: new Date(NOW.getTime() - days * DAY) };
}

/** What happens to each, in the order given. */
function fates(list: readonly Aged[], policy = RETENTION): string[] {
  const { items } = planCollection(list, policy, NOW, true);
  return list.map(({ artifact }) => items.find(({ artifact_id: id }) => id === artifact.artifact_id)?.reason ?? "none");
}

const ALONE = [{ kind: "Log" as const, window_days: 30, min_versions: 0 }];

describe("what a collection of garbage would do", () => {
  it("D-15 HSK-GC-001: keeps logs 30 days, caches 7, three versions of each", () => {
    const of = (kind: string) => RETENTION.find((each) => each.kind === kind);
    expect(of("Log")).toEqual({ kind: "Log", window_days: 30, min_versions: 3 });
    expect(of("Cache")).toEqual({ kind: "Cache", window_days: 7, min_versions: 3 });
    expect(RETENTION.map(({ kind }) => kind).sort()).toEqual(["Cache", "Checkpoint", "Evidence", "Log", "Result"]);
  });

  it("D-15: lets go what is older than its window, to the day", () => {
    expect(fates([aged(30), aged(30.001), aged(0)], ALONE)).toEqual([
      "spared_window",
      "outside_window",
      "spared_window",
    ]);
    const cache = { retentionKind: "Cache", filenameHint: "one" } as const;
    expect(fates([aged(6, cache), aged(8, cache), aged(8, cache), aged(9, cache)])).toEqual([
      "spared_window",
      "spared_versions",
      "spared_versions",
      "outside_window",
    ]);
  });

  it("D-15 HSK-GC-002: keeps the newest three of each thing, however old", () => {
    const log = { filenameHint: "osv-scanner.log" };
    const other = { filenameHint: "gitleaks.log" };
    const list = [aged(90, log), aged(60, log), aged(70, log), aged(80, log), aged(365, other)];
    expect(fates(list)).toEqual([
      "outside_window",
      "spared_versions",
      "spared_versions",
      "spared_versions",
      "spared_versions",
    ]);
  });

  it("D-14 D-15 HSK-GC-003: never lets go what is pinned, expired or not", () => {
    const list = [aged(1000, { pinned: true }), aged(1000, { pinned: true, retentionTtlDays: 1 })];
    expect(fates(list, ALONE)).toEqual(["spared_pinned", "spared_pinned"]);
  });

  it("D-14: lets go what has a time to live when that is over, be it the only one", () => {
    const secret = { classification: "high", retentionKind: "Evidence", retentionTtlDays: 30 } as const;
    expect(fates([aged(31, secret), aged(29, secret)])).toEqual(["expired", "spared_window"]);
  });

  it("D-15: counts, and the counts add up", () => {
    const list = [aged(31), aged(31), aged(1), aged(99, { pinned: true })];
    const freed = list.slice(0, 2).reduce((sum, { artifact }) => sum + artifact.size_bytes, 0);
    const { items, ...report } = planCollection(list, ALONE, NOW, true);
    expect(report).toEqual({
      schema_version: "supply-gate/prune-report-1",
      timestamp: "2026-06-01T00:00:00.000Z",
      dry_run: true,
      policy: ALONE,
      items_scanned: 4,
      items_pruned: 2,
      items_spared_pinned: 1,
      items_spared_window: 1,
      total_bytes_freed: freed,
    });
    expect(items.map(({ artifact_id: id }) => id)).toEqual(list.map(({ artifact }) => artifact.artifact_id).sort());
  });

  it("D-14: is the same for the same store, policy and time, in whatever order it is read", () => {
    const list = [31, 31, 31, 31, 31].map((days) => aged(days, { filenameHint: "same" }));
    const plan = planCollection(list, RETENTION, NOW, false);
    expect(planCollection(list.toReversed(), RETENTION, NOW, false)).toEqual(plan);
    expect(plan.items_pruned).toBe(2);
  });
});

/** Three old artifacts, of which one is pinned, in a store. */
function oldStore(fsync: "each" | "batch" = "each"): { store: ArtifactStore; ids: string[] } {
  const store = madeStore("each");
  const ids = ["1", "2", "3"].map((bytes, at) => {
    const facts = { ...FACTS, retentionKind: "Log", filenameHint: bytes, pinned: at === 0 } as const;
    const { artifact_id: id } = store.put({ bytes }, facts);
    utimesSync(join(store.folder, "L3", id, "artifact.json"), NOW, new Date(NOW.getTime() - 40 * DAY));
    return id;
  });
  return { store: openStore(store.folder, { fsync }), ids };
}

function idsIn(store: ArtifactStore): string[] {
  return readdirSync(join(store.folder, "L3")).sort();
}

describe("a collection of garbage", () => {
  it("D-14 D-15 HSK-GC-004: a dry run stores its report, and nothing goes", () => {
    const { store, ids } = oldStore();
    const report = planCollection(agedIn(store), ALONE, NOW, true);
    const uri = carryOut(store, report);
    const added = store.list().filter(({ artifact_id: id }) => !ids.includes(id));
    expect(added.map(({ content_hash, kind, filename_hint }) => [content_hash, kind, filename_hint])).toEqual([
      [uri.slice("artifact://sha256/".length), "report", "prune-report.json"],
    ]);
    expect(store.list().length).toBe(4);
  });

  it("D-14 D-15: lets go what the report names, keeps the pinned, the report says it all", () => {
    const { store, ids } = oldStore();
    const report = planCollection(agedIn(store), ALONE, NOW, false);
    carryOut(store, report);
    const [kept, ...gone] = ids;
    const [stored] = store.list().filter(({ artifact_id: id }) => id !== kept);
    expect(idsIn(store)).toEqual([kept, stored?.artifact_id].sort());
    const text = readFileSync(store.get(stored?.artifact_id ?? "").payload, "utf8");
    expect(PruneReport.parse(JSON.parse(text))).toEqual(report);
    expect(report.items.filter(({ pruned }) => pruned).map(({ artifact_id: id }) => id)).toEqual(gone.sort());
  });

  it("D-15 HSK-GC-005: nothing goes when the report can't be stored first", () => {
    const { store, ids } = oldStore();
    const report = planCollection(agedIn(store), ALONE, NOW, false);
    const broken: ArtifactStore = {
      ...store,
      put() {
        throw new Error("disk full");
      },
    };
    expect(() => carryOut(broken, report)).toThrow("disk full");
    expect(idsIn(store)).toEqual(ids.sort());
  });

  it("D-15 HSK-GC-005: nothing goes as long as the report has no final name", () => {
    const { store, ids } = oldStore("batch");
    const report = planCollection(agedIn(store), ALONE, NOW, false);
    expect(() => carryOut(store, report)).toThrow(expect.objectContaining({ code: "USAGE_INVALID" }));
    expect(store.list().map(({ artifact_id: id }) => id)).toEqual(ids.sort());
  });

  it("sweeps what a writer left that died more than a day ago, in no dry run", () => {
    const { store } = oldStore();
    const [dead, alive] = ["00", "11"].map((name) => join(store.folder, "L3", `.partial-${name}`)) as [string, string];
    for (const path of [dead, alive]) mkdirSync(path);
    utimesSync(dead, NOW, new Date(NOW.getTime() - 2 * DAY));
    utimesSync(alive, NOW, NOW);
    carryOut(store, planCollection(agedIn(store), ALONE, NOW, true));
    expect([existsSync(dead), existsSync(alive)]).toEqual([true, true]);
    carryOut(store, planCollection(agedIn(store), ALONE, NOW, false));
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  });
});
