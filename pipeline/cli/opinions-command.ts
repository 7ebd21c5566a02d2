import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join, normalize, resolve, sep } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import type { LockfileFormat } from "../../schemas/inventory.ts";
import { OpinionSource, type Opinions } from "../../schemas/opinion.ts";
import { readAdvisoryDb } from "../opinions/advisory-db.ts";
import { askCargoAudit } from "../opinions/cargo-audit.ts";
import { askCargoDeny } from "../opinions/cargo-deny.ts";
import { askNpmAudit } from "../opinions/npm-audit.ts";
import { findProgram } from "../opinions/program.ts";
import type { Question } from "../opinions/question.ts";
import { lockfileFormatOf, READERS } from "../plan/manifests/index.ts";
import { MAX_LOCKFILE_BYTES } from "../tree/limits.ts";
import type { World } from "./world.ts";

export interface OpinionsCommandOptions {
  readonly source: OpinionSource;
  readonly path: string;
  readonly to: string;
  readonly lockfile?: string | undefined;
  readonly db?: string | undefined;
  readonly tool?: string | undefined;
}

/** Options of `opinions`. */
export function opinionsOptions(y: Argv) {
  return y
    .positional("source", { type: "string", choices: OpinionSource.options, demandOption: true })
    .positional("path", { type: "string", default: ".", describe: "the source folder" })
    .option("to", { type: "string", demandOption: true, describe: "the new file" })
    .option("lockfile", { type: "string", describe: "in the source folder (default: Cargo.lock or package-lock.json)" })
    .option("db", { type: "string", describe: "cargo-audit, cargo-deny: a checkout of RustSec's advisory-db" })
    .option("tool", { type: "string", describe: "the program (default: the first on PATH)" })
    .example("$0 opinions cargo-audit --db advisory-db --to audit.json", "what cargo-audit says of Cargo.lock")
    .example("$0 opinions npm-audit apps/web --to npm.json", "asks your registry: names and versions go there")
    .example("$0 run --opinions audit.json", "a run that counts it beside osv-scanner's findings")
    .epilogue(
      "Exit status: 0 the opinion is whole, whatever it says, 2 invalid, 3 no answer, or one that proves nothing",
    );
}

/**
 * `supply-gate opinions`: what another tool says of a lockfile, written down for a run. Nothing in the tree is executed or obeyed.
 * @throws GateError as the tools' adapters; USAGE_INVALID for options, OUTPUT_INVALID when the file is there already
 */
export async function opinionsCommand(options: OpinionsCommandOptions, world: World): Promise<number> {
  const tree = treeOf(options.path, world);
  const lock = readLock(tree, options);
  const to = resolve(world.cwd, options.to);
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw taken(options.to);
  const program = options.source === "npm-audit" ? "npm" : options.source;
  const named = options.tool === undefined ? undefined : resolve(world.cwd, options.tool);
  const tool = findProgram(program, named, world.env["PATH"], tree);
  const work = realpathSync(mkdtempSync(join(tmpdir(), "supply-gate-opinions-")));
  try {
    const opinion = await ask(options, { ...lock, tool, work, signal: world.signal }, tree, world);
    writeFileSync(to, `${JSON.stringify(opinion, null, 2)}\n`, { flag: "wx" });
    world.stdout(`${wordsOf(opinion)}: ${options.to}\n`);
    return 0;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function ask(options: OpinionsCommandOptions, question: Question, tree: string, world: World): Promise<Opinions> {
  if (options.source === "npm-audit") return await askNpmAudit(question, { env: world.env, tree, now: world.now });
  if (options.db === undefined) {
    throw new GateError("USAGE_INVALID", `${options.source}: --db is missing`, {
      next: "name a checkout of RustSec's advisory-db: nothing is downloaded here",
    });
  }
  const db = readAdvisoryDb(resolve(world.cwd, options.db), options.db);
  return options.source === "cargo-audit" ? await askCargoAudit(question, db) : await askCargoDeny(question, db);
}

function treeOf(given: string, world: World): string {
  const path = resolve(world.cwd, given);
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return realpathSync(path);
  throw new GateError("SOURCE_INVALID", `${given}: found no folder, expected the source tree`, {
    next: "name the folder that a run is given",
  });
}

const FORMATS = { "cargo-audit": "cargo-lock", "cargo-deny": "cargo-lock", "npm-audit": "package-lock" } as const;
const DEFAULTS = { "cargo-lock": "Cargo.lock", "package-lock": "package-lock.json" } as const satisfies Partial<
  Record<LockfileFormat, string>
>;

/** @throws GateError USAGE_INVALID, LOCKFILE_INVALID */
function readLock(tree: string, { source, lockfile }: OpinionsCommandOptions) {
  const format = FORMATS[source];
  const path = normalize(lockfile ?? DEFAULTS[format])
    .split(sep)
    .join("/");
  const isInside = !isAbsolute(path) && !path.startsWith("../");
  const found = isInside ? lstatSync(join(tree, path), { throwIfNoEntry: false }) : undefined;
  if (found?.isFile() !== true || found.size > MAX_LOCKFILE_BYTES || lockfileFormatOf(path) !== format) {
    throw new GateError("USAGE_INVALID", `${path}: found no such file, expected a ${format} in the source folder`, {
      next: "name it with --lockfile, relative to the source folder",
    });
  }
  const bytes = readFileSync(join(tree, path));
  const text = bytes.toString("utf8");
  const read = READERS[format]({ path, text, sibling: () => undefined });
  return { lockfile: read, text, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function taken(shown: string): GateError {
  return new GateError("OUTPUT_INVALID", `${shown}: found a file, expected none: nothing is overwritten`, {
    next: "name another file with --to",
  });
}

function wordsOf({ source, version, lockfile, packages, items, database }: Opinions): string {
  const against = database.advisories === null ? "the registry's advisories" : `${database.advisories} advisories`;
  return `${source} ${version} on ${lockfile}: ${items.length} reported, ${packages} packages against ${against}`;
}
