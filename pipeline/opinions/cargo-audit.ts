import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CargoAuditReport } from "../../schemas/cargo-audit.ts";
import type { OpinionItem, Opinions } from "../../schemas/opinion.ts";
import { readJson } from "../../schemas/read.ts";
import { type AdvisoryDb, stageAdvisoryDb } from "./advisory-db.ts";
import { CANARY_CRATE, CANARY_LOCKED } from "./canary.ts";
import { demandVersion, type Ran, runProgram } from "./program.ts";
import { answerTo, inOrder, noAnswer, type Question } from "./question.ts";
import { rustsecItem } from "./rustsec-item.ts";

/** The version whose output and exit statuses are known here. */
export const CARGO_AUDIT = "0.22.2";

/**
 * Asks cargo-audit about a Cargo.lock, over a plain advisory-db, without network and away from any configuration of the tree or the user.
 * @throws GateError PIN_MISMATCH, TOOL_UNAVAILABLE; DOCUMENT_INVALID when its answer is not whole
 */
export async function askCargoAudit(question: Question, db: AdvisoryDb): Promise<Opinions> {
  const { tool, work, signal } = question;
  const [home, lock, staged] = [join(work, "home"), join(work, "Cargo.lock"), join(work, "db")];
  mkdirSync(home);
  writeFileSync(lock, question.text.replace(/\n*$/, "\n") + CANARY_LOCKED);
  stageAdvisoryDb(db, staged);
  const env = { HOME: home, CARGO_HOME: home, TMPDIR: home, PATH: "/nonexistent", LC_ALL: "C.UTF-8", TZ: "UTC" };
  const surroundings = { cwd: home, env, signal };
  await demandVersion([tool, "--version"], /^cargo-audit (\S+)/, CARGO_AUDIT, surroundings);
  const offline = ["--no-fetch", "--stale", "--no-yanked"];
  const ran = await runProgram(
    [tool, "audit", ...offline, "--db", staged, "--file", lock, "--json", "--quiet", "--color", "never"],
    surroundings,
  );
  const locked = question.text.match(/^\[\[package\]\]/gm)?.length ?? 0;
  return {
    ...answerTo(question),
    ...{ source: "cargo-audit", version: CARGO_AUDIT, ecosystem: "crates.io" },
    database: { advisories: db.files.length, sha256: db.sha256, asked: null },
    items: readCargoAudit(ran, { advisories: db.files.length, packages: locked }),
  };
}

/**
 * Reads cargo-audit's answer to a lockfile and a database that both hold the canary: its exit status of findings (1) is also that of a
 * database which does not load, and an empty database is its clean one.
 * @param expected advisories and packages without the canary's
 * @throws GateError DOCUMENT_INVALID
 */
export function readCargoAudit(ran: Ran, expected: { advisories: number; packages: number }): OpinionItem[] {
  if (ran.status !== 1) throw noAnswer("cargo-audit", ran, "no finding", "exit 1 for the canary");
  if (ran.stdout.trim() === "") throw noAnswer("cargo-audit", ran, "no report", "JSON on stdout");
  const { database, lockfile, vulnerabilities, warnings } = readJson(CargoAuditReport, ran.stdout, "cargo-audit");
  const counts = [
    ["advisories", database["advisory-count"], expected.advisories + 1],
    ["packages", lockfile["dependency-count"], expected.packages + 1],
    ["vulnerabilities", vulnerabilities.count, vulnerabilities.list.length],
  ] as const;
  for (const [what, found, wanted] of counts) {
    if (found !== wanted) throw noAnswer("cargo-audit", ran, `${found} ${what}`, `${wanted}`);
  }
  const hits = [...vulnerabilities.list, ...Object.values(warnings).flatMap((list) => list ?? [])];
  if (!hits.some(({ advisory }) => advisory.id === CANARY_CRATE.id)) {
    throw noAnswer("cargo-audit", ran, "no canary", `${CANARY_CRATE.id} about ${CANARY_CRATE.name}`);
  }
  return inOrder(
    hits
      .filter(({ package: crate }) => crate.name !== CANARY_CRATE.name)
      .map((hit) => rustsecItem(hit.advisory, hit.package, patchedWords(hit.versions.patched))),
  );
}

function patchedWords(patched: readonly string[]): string {
  return patched.length === 0 ? "no patched version" : `patched: ${patched.join(" || ")}`;
}
