import { appendFileSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../pipeline/cli/commands.ts";
import { openStore } from "../../pipeline/protocol/artifacts/store.ts";
import { verifyRecorder } from "../../pipeline/protocol/recorder/verify.ts";
import { FACTS, madeStore, sha256 } from "../protocol/artifacts/made.ts";
import { madeResults } from "../protocol/artifacts/results.ts";
import { makeTree } from "../support/tree.ts";
import { artifacts, toldOf } from "./artifacts.ts";

const NOW = new Date("2026-06-01T00:00:00.000Z");
const DAY = 86_400_000;

/** A store of `count` logs, each a version of one, the last the oldest. */
function oldStore(count: number): { folder: string; ids: string[] } {
  const { folder, put } = madeStore();
  const ids = Array.from({ length: count }, (_, at) => {
    const { artifact_id: id } = put({ bytes: `log ${at}` }, { ...FACTS, retentionKind: "Log" });
    utimesSync(join(folder, "L3", id, "artifact.json"), NOW, new Date(NOW.getTime() - (40 + at) * DAY));
    return id;
  });
  return { folder, ids };
}

function idsIn(folder: string): string[] {
  return openStore(folder, { fsync: "off" })
    .list()
    .map(({ artifact_id: id }) => id);
}

describe("supply-gate artifacts", () => {
  it("D-16: list: what the jobs have left, a line each", () => {
    const { out, ids } = madeResults();
    const { status, text } = artifacts("list", out);
    const lines = [
      `${ids.report.slice(0, 13)}  report      3  medium  yes     Result          reports/vuln_scan.json`,
      `${ids.secret.slice(0, 13)}  report      3  high    no      Result 30 days  reports/secret_scan.json`,
      `${ids.folder.slice(0, 13)}  report      2  medium  yes     Result          reports/vuln_scan.json`,
    ].sort();
    expect([status, text.trimEnd().split("\n")]).toEqual([
      0,
      ["id             kind    bytes  class   leaves  kept            hint", ...lines],
    ]);
  });

  it("list: a store, empty or not, by the ids that other actions take", () => {
    const { folder, ids } = oldStore(1);
    const [, line] = artifacts("list", folder).text.split("\n");
    expect(artifacts("pin", folder, { id: line?.split(" ")[0] ?? "" }).text).toBe(`${ids[0]} is pinned\n`);
    expect(artifacts("list", folder).text).toContain("Log, pinned");
    expect(artifacts("list", makeTree({ "L3/.partial-1/payload": "" }))).toEqual({ status: 0, text: "no artifacts\n" });
  });

  it("D-13: verify: 0 when all is as it was written, 3 with the name of each file that is not", () => {
    const { out, ids } = madeResults();
    expect(artifacts("verify", out)).toEqual({ status: 0, text: "3 artifacts: as they were written\n" });
    appendFileSync(join(out, "verdict.json"), " ");
    appendFileSync(join(out, "run/flight-recorder.jsonl"), "{");
    appendFileSync(join(out, "artifacts/L3", ids.report, "artifact.json"), " ");
    const { status, text } = artifacts("verify", out);
    expect(status).toBe(3);
    for (const name of ["verdict.json", "run/flight-recorder.jsonl", `artifacts/L3/${ids.report}/artifact.json`])
      expect(text).toContain(`TAMPER_DETECTED ${out}/${name}: `);
    expect(text.trimEnd().split("\n").at(-1)).toBe("4 changed");
  });

  it("D-13: verify: results whose artifacts were taken away are told file by file", () => {
    const { out, ids } = madeResults();
    rmSync(join(out, "artifacts"), { recursive: true });
    const { status, text } = artifacts("verify", out);
    expect(status).toBe(3);
    expect(text).toContain(`TAMPER_DETECTED ${out}/artifacts/L3/${ids.report}/payload: is not there`);
    expect(artifacts("list", out)).toEqual({ status: 0, text: "no artifacts\n" });
  });

  it("D-13: verify: a store too, and says when there is no recorder", () => {
    const { folder, ids } = oldStore(1);
    expect(artifacts("verify", folder).text).toBe("1 artifacts: as they were written; no recorder\n");
    const payload = join(folder, "L3", ids[0] ?? "", "payload");
    appendFileSync(payload, "x");
    const message = `found content ${sha256("log 0x")}, expected ${sha256("log 0")}`;
    expect(artifacts("verify", folder)).toEqual({
      status: 3,
      text: `TAMPER_DETECTED ${payload}: ${message}\n1 changed; no recorder\n`,
    });
  });

  it("D-14 D-15: gc: what is pinned or among the newest stays, the rest goes, with a report and meta.gc_summary", () => {
    const { folder, ids } = oldStore(6);
    const bytes = "log 0".length;
    artifacts("pin", folder, { id: ids[5] ?? "" });
    const gone = ids.slice(3, 5);
    const dry = artifacts("gc", folder, { now: NOW });
    const lines = [...gone].sort().map((id) => `${id} outside_window\n`);
    const spared = "spared: 1 pinned, 3 not yet\n";
    expect(dry).toEqual({ status: 0, text: `${lines.join("")}2 of 6 would go (${2 * bytes} bytes); ${spared}` });
    expect(idsIn(folder)).toEqual(expect.arrayContaining(ids));
    expect(artifacts("gc", folder, { now: NOW, apply: true }).text).toContain(`2 of 7 went (${2 * bytes} bytes); `);
    const left = idsIn(folder);
    expect(ids.filter((id) => !left.includes(id))).toEqual(gone);
    expect(toldOf(folder)).toMatchObject([
      { type: "artifact_action", action: "pin", outcome: "done" },
      { type: "meta.gc_summary", dry_run: true, items_scanned: 6, items_pruned: 2, items_spared_pinned: 1 },
      { type: "meta.gc_summary", dry_run: false, items_scanned: 7, items_pruned: 2, total_bytes_freed: 2 * bytes },
    ]);
    const reports = toldOf(folder).flatMap((event) => (event.type === "meta.gc_summary" ? [event.report] : []));
    const stored = openStore(folder, { fsync: "off" })
      .list()
      .map(({ content_hash: hash }) => `artifact://sha256/${hash}`);
    expect(stored).toEqual(expect.arrayContaining(reports));
    expect(verifyRecorder(readFileSync(join(folder, "run/flight-recorder.jsonl"))).state).toBe("complete");
  });

  it.each(["pin", "unpin", "gc"] as const)(
    "E-10 F-11: %s is not for the results of a run, which stay as they were written",
    (action) => {
      const { out, ids } = madeResults();
      expect(() => artifacts(action, out, { id: ids.report })).toThrow(
        expect.objectContaining({
          code: "USAGE_INVALID",
          message: expect.stringContaining("stay as they were written"),
        }),
      );
      expect(artifacts("verify", out).status).toBe(0);
    },
  );

  it("D-14: unpin: undoes a pin", () => {
    const { folder, ids } = oldStore(1);
    artifacts("pin", folder, { id: ids[0] ?? "" });
    expect(artifacts("unpin", folder, { id: ids[0] ?? "" }).text).toBe(`${ids[0]} is no longer pinned\n`);
    expect(openStore(folder, { fsync: "off" }).list()[0]?.pinned).toBeUndefined();
  });

  it("says what is wrong with what it was asked", () => {
    const { folder } = oldStore(2);
    const wrong = (work: () => unknown, text: string): void =>
      expect(work).toThrow(expect.objectContaining({ code: "USAGE_INVALID", message: expect.stringContaining(text) }));
    wrong(() => artifacts("list", makeTree({})), "has no artifacts");
    wrong(() => artifacts("pin", folder), "the artifact's id is missing");
    wrong(() => artifacts("pin", folder, { id: "zz" }), "found 0 artifacts");
    wrong(() => artifacts("materialize", folder, { id: idsIn(folder)[0] ?? "" }), "--to is missing");
    wrong(() => artifacts("export", folder), "--to is missing");
  });

  it("is a command, which refuses --apply with --dry-run", async () => {
    const { folder } = oldStore(1);
    const { signal } = new AbortController();
    expect(await runCommand(["artifacts", "list", folder], signal)).toBe(0);
    await expect(runCommand(["artifacts", "gc", folder, "--apply", "--dry-run"], signal)).rejects.toMatchObject({
      code: "USAGE_INVALID",
    });
    await expect(runCommand(["artifacts", "burn", folder], signal)).rejects.toMatchObject({ code: "USAGE_INVALID" });
  });
});
