import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSnapshot } from "../../advisories/build.ts";
import { DATABASE_FOLDERS } from "../../advisories/manifest.ts";
import { readZip, type ZipEntry } from "../../advisories/zip-reader.ts";
import { writeZip } from "../../advisories/zip-writer.ts";
import type { Loose } from "../../kinds/attack.ts";
import type { Case, Outcome } from "../case.ts";
import { failed } from "../replay.ts";
import { type Bench, liveCase } from "./bench.ts";

const KIND = "vuln_scan";
const NEVER_SAID =
  "nobody has said anything about that version: a record that was never in the snapshot is missed by nobody";

/** A database changed after the snapshot was checked, or before it was built; over the tree with a known vulnerability. */
export function databaseCases(bench: Bench): Case[] {
  const tried = (name: string, change: (dir: string) => void | Promise<void>, unnoticed?: string) =>
    liveCase(KIND, "database changed", name, () => withCopy(bench, change), unnoticed);
  return [
    tried("missing", (dir) => rmSync(dir, { recursive: true })),
    tried("without npm", (dir) => each(dir, (path) => rmSync(join(path, ".."), { recursive: true }))),
    tried("empty", (dir) => each(dir, (path) => writeFileSync(path, ""))),
    tried("cut in half", (dir) => each(dir, (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)))),
    tried("without its last 100 bytes", (dir) =>
      each(dir, (path) => truncateSync(path, readFileSync(path).length - 100)),
    ),
    tried("of another ecosystem", (dir) => each(dir, (path) => cpSync(path.replace("/npm/", "/PyPI/"), path))),
    tried("an archive of nothing", (dir) => rewritten(dir, () => [])),
    tried("without the canaries", (dir) => rewritten(dir, (all) => all.filter(({ name }) => !isCanary(name)))),
    tried("the canaries alone", (dir) => rewritten(dir, (all) => all.filter(({ name }) => isCanary(name))), NEVER_SAID),
    tried("a field more in every record", (dir) => edited(dir, (record) => Object.assign(record, { supply_gate: 1 }))),
    tried("a field more in every record but the canaries", (dir) =>
      edited(dir, (record) => Object.assign(record, { supply_gate: 1 }), false),
    ),
    tried("a field of another type in every record", (dir) =>
      edited(dir, (record) => Object.assign(record, { aliases: 7 })),
    ),
    tried("a GIT range first in every record", (dir) => edited(dir, gitFirst)),
    tried("no JSON", (dir) => rewritten(dir, (all) => all.map(({ name }) => ({ name, content: Buffer.from("{") })))),
    ...SOURCES.map(({ name, edit, unnoticed }) =>
      liveCase(KIND, "advisories changed", name, () => withSource(bench, edit), unnoticed),
    ),
  ];
}

type EditRecord = (record: Loose) => unknown;

/** What the builder is given; what it can't use it leaves out aloud, and what it uses must still match. */
const SOURCES: readonly { name: string; edit: EditRecord | null; unnoticed?: string }[] = [
  { name: "a field more in every record", edit: (record) => Object.assign(record, { supply_gate: 1 }) },
  { name: "a GIT range first in every record", edit: gitFirst },
  {
    name: "an ecosystem that nobody knows",
    edit: (record) => record["affected"]?.push({ package: { ecosystem: "Nowhere", name: "x" } } as unknown as Loose),
  },
  {
    name: "another severity type",
    edit: (record) => record["severity"]?.push({ type: "CVSS_V9", score: "x" } as unknown as Loose),
  },
  { name: "no id", edit: (record) => Object.assign(record, { id: "" }) },
  { name: "no records of npm that match", edit: null, unnoticed: NEVER_SAID },
];

function gitFirst(record: Loose): void {
  for (const affected of record["affected"] ?? []) {
    const git = { type: "GIT", repo: "https://example.invalid/x", events: [{ introduced: "0" }] };
    affected["ranges"]?.unshift(git as unknown as Loose);
  }
}

async function withCopy(bench: Bench, change: (dir: string) => void | Promise<void>): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), "supply-gate-database-"));
  try {
    const snapshot = join(dir, "snapshot");
    cpSync(bench.world.snapshot.dir, snapshot, { recursive: true });
    await change(snapshot);
    return await bench.attack({ kind: KIND, root: bench.world.dirty, snapshot });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function withSource(bench: Bench, edit: EditRecord | null): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), "supply-gate-database-"));
  try {
    const source = join(dir, "source");
    cpSync(bench.world.advisories, source, { recursive: true });
    for (const path of npmRecords(bench.world.advisories)) {
      const record = JSON.parse(readFileSync(join(source, path), "utf8")) as Loose;
      if (edit === null)
        Object.assign(record, { affected: [{ package: { ecosystem: "npm", name: "other" }, versions: ["1"] }] });
      else edit(record);
      writeFileSync(join(source, path), JSON.stringify(record));
    }
    const snapshot = (await buildSnapshot(source, join(dir, "snapshot"))).dir;
    return await bench.attack({ kind: KIND, root: bench.world.dirty, snapshot });
  } catch (error) {
    return failed(error);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function npmRecords(source: string): string[] {
  return readdirSync(join(source, "npm")).map((name) => `npm/${name}`);
}

/** Every database file of npm, by whichever name the scanner's version looks for it. */
function each(dir: string, act: (path: string) => void): void {
  for (const folder of DATABASE_FOLDERS) act(join(dir, folder, "npm", "all.zip"));
}

async function rewritten(dir: string, edit: (entries: ZipEntry[]) => ZipEntry[]): Promise<void> {
  for (const folder of DATABASE_FOLDERS) {
    const path = join(dir, folder, "npm", "all.zip");
    const entries: ZipEntry[] = [];
    for await (const entry of readZip(path)) entries.push(entry);
    rmSync(path);
    writeZip(path, edit(entries));
  }
}

function edited(dir: string, edit: EditRecord, canaries = true): Promise<void> {
  return rewritten(dir, (entries) =>
    entries.map(({ name, content }) => {
      if (isCanary(name) && !canaries) return { name, content };
      const record = JSON.parse(content.toString("utf8")) as Loose;
      edit(record);
      return { name, content: Buffer.from(JSON.stringify(record)) };
    }),
  );
}

function isCanary(name: string): boolean {
  return name.startsWith("SUPPLY-GATE-CANARY");
}
