import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CargoDenyLine } from "../../schemas/cargo-deny.ts";
import type { OpinionItem, Opinions } from "../../schemas/opinion.ts";
import { readJson } from "../../schemas/read.ts";
import { type AdvisoryDb, stageAdvisoryDb } from "./advisory-db.ts";
import { CANARY_CRATE, CRATES_IO } from "./canary.ts";
import { lookedUp } from "./looked-up.ts";
import { demandVersion, type Ran, runProgram } from "./program.ts";
import { answerTo, inOrder, noAnswer, type Question } from "./question.ts";
import { rustsecItem } from "./rustsec-item.ts";

/** The version whose output and exit statuses are known here. */
export const CARGO_DENY = "0.20.2";

/** The folder below `db-path` in which this version looks for the database of this address: its name, and a hash of it. */
const DB_URL = "https://github.com/RustSec/advisory-db";
const DB_FOLDER = "advisory-db-3157b0e258782691";

/**
 * Asks cargo-deny about the crates of a Cargo.lock, over a plain advisory-db. Cargo is never run: what `cargo metadata` would say is
 * written from the lockfile, so that nothing of the tree is obeyed or executed. Only advisories are checked: one check a call.
 * @throws GateError PIN_MISMATCH, TOOL_UNAVAILABLE; DOCUMENT_INVALID when its answer is not whole
 */
export async function askCargoDeny(question: Question, db: AdvisoryDb): Promise<Opinions> {
  const { tool, work, signal } = question;
  const path = (name: string) => join(work, name);
  mkdirSync(path("home"));
  stageAdvisoryDb(db, path(`dbs/${DB_FOLDER}`));
  // It takes the time of the last fetch from this file, and would ask git for it otherwise.
  mkdirSync(path(`dbs/${DB_FOLDER}/.git`));
  writeFileSync(path(`dbs/${DB_FOLDER}/.git/FETCH_HEAD`), "");
  writeFileSync(path("Cargo.toml"), "[workspace]\n");
  writeFileSync(path("deny.toml"), configOf(path("dbs")));
  writeFileSync(path("metadata.json"), JSON.stringify(metadataOf(question, work)));
  const env = { HOME: path("home"), CARGO_HOME: path("home"), TMPDIR: path("home"), PATH: "/nonexistent", TZ: "UTC" };
  const surroundings = { cwd: path("home"), env: { ...env, LC_ALL: "C.UTF-8" }, signal };
  await demandVersion([tool, "--version"], /^cargo-deny (\S+)/, CARGO_DENY, surroundings);
  const inputs = ["--manifest-path", path("Cargo.toml"), "--metadata-path", path("metadata.json")];
  const common = ["--config", path("deny.toml"), ...inputs, "--format", "json", "--color", "never"];
  const check = ["--offline", "--locked", "check", "--hide-inclusion-graph", "advisories"];
  const ran = await runProgram([tool, ...common, ...check], surroundings);
  return {
    ...answerTo(question),
    ...{ source: "cargo-deny", version: CARGO_DENY, ecosystem: "crates.io" },
    database: { advisories: db.files.length, sha256: db.sha256, asked: null },
    items: readCargoDeny(ran),
  };
}

/**
 * Reads cargo-deny's lines on stderr: exit 1 is findings (which the canary makes sure of) and any failure, so the summary has to be there,
 * count what was read, and nothing else may have gone wrong.
 * @throws GateError DOCUMENT_INVALID
 */
export function readCargoDeny(ran: Ran): OpinionItem[] {
  if (ran.status !== 1) throw noAnswer("cargo-deny", ran, "no finding", "exit 1 for the canary");
  const lines = ran.stderr
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => readJson(CargoDenyLine, line, `cargo-deny: stderr:${index + 1}`));
  const wrong = lines.flatMap((line) => (line.type === "log" && !isExpected(line.fields) ? [line.fields.message] : []));
  if (wrong.length > 0) throw noAnswer("cargo-deny", { ...ran, stderr: "" }, `"${wrong[0]}"`, "no such line");
  const hits = lines.flatMap((line) => (line.type === "diagnostic" ? [line.fields] : []));
  const summaries = lines.flatMap((line) => (line.type === "summary" ? [line.fields.advisories] : []));
  const [summary] = summaries;
  if (summary === undefined || summaries.length > 1) {
    throw noAnswer("cargo-deny", { ...ran, stderr: "" }, `${summaries.length} summary lines`, "one");
  }
  if (summary.errors !== hits.length || summary.warnings + summary.notes + summary.helps > 0) {
    throw noAnswer("cargo-deny", { ...ran, stderr: "" }, `${hits.length} findings`, JSON.stringify(summary));
  }
  if (!hits.some(({ advisory }) => advisory.id === CANARY_CRATE.id)) {
    const expected = `${CANARY_CRATE.id} about ${CANARY_CRATE.name}`;
    throw noAnswer("cargo-deny", { ...ran, stderr: "" }, "no canary", expected);
  }
  return inOrder(hits.filter(({ advisory }) => advisory.package !== CANARY_CRATE.name).map(itemOf));
}

/** What it misses because cargo is kept from it: a program to fetch crates with, an index for features, a lock on cargo's cache. */
const EXPECTED = [
  /^failed to fetch crates: failed to run cargo: /,
  /^failed to open the local crates\.io index, /,
  /^unable to retrieve crates\.io url: /,
  /^unable to acquire cargo global package lock: /,
];

function isExpected({ level, message }: { level: string; message: string }): boolean {
  return !["WARN", "ERROR"].includes(level) || EXPECTED.some((pattern) => pattern.test(message));
}

type Hit = Extract<CargoDenyLine, { type: "diagnostic" }>["fields"];

function itemOf({ advisory, labels, notes }: Hit): OpinionItem {
  const [name = "", version = ""] = labels[0]?.span.split(" ") ?? [];
  const solution = notes.find((note) => note.startsWith("Solution: ")) ?? "no patched version";
  return rustsecItem(advisory, { name, version }, solution.replace("Solution: ", ""));
}

function configOf(dbs: string): string {
  return [
    "[advisories]",
    `db-path = ${JSON.stringify(dbs)}`,
    `db-urls = ["${DB_URL}"]`,
    'maximum-db-staleness = "P100Y"',
    'yanked = "allow"',
    'unmaintained = "all"',
    'unsound = "all"',
    "",
  ].join("\n");
}

/** What `cargo metadata` says, as far as crates have to be named: all of them members, with nothing between them. */
function metadataOf({ lockfile }: Question, root: string): object {
  const crates = [...lookedUp(lockfile), CANARY_CRATE];
  const ids = crates.map(({ name, version }) => `${CRATES_IO}#${name}@${version}`);
  const packages = crates.map(({ name, version }, index) => ({
    ...{ name, version, id: ids[index], source: CRATES_IO, manifest_path: join(root, "Cargo.toml"), edition: "2021" },
    ...{ dependencies: [], targets: [], features: {}, authors: [], categories: [], keywords: [] },
  }));
  return {
    ...{ packages, workspace_members: ids, workspace_default_members: ids, workspace_root: root, version: 1 },
    resolve: { nodes: ids.map((id) => ({ id, dependencies: [], deps: [], features: [] })), root: null },
    target_directory: join(root, "target"),
    metadata: null,
  };
}
