import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Argv } from "yargs";
import { z } from "zod";
import { Sha256 } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { readJson } from "../../schemas/read.ts";
import { visible } from "../findings/visible.ts";
import { readDiagnostics } from "../protocol/diagnostics/text.ts";
import { type Known, validateCorrelation } from "../protocol/recorder/correlate.ts";
import { gather, noReferences } from "../protocol/recorder/references.ts";
import { timeline } from "../protocol/recorder/timeline.ts";
import { type Verification, verifyRecorder } from "../protocol/recorder/verify.ts";
import type { World } from "./world.ts";

interface RecorderCommandOptions {
  readonly action: "verify" | "show";
  readonly file: string;
}

const NOT_VALID = 3;

export function recorderOptions(y: Argv) {
  return y
    .positional("action", { type: "string", choices: ["verify", "show"] as const, demandOption: true })
    .positional("file", {
      type: "string",
      demandOption: true,
      describe: "flight-recorder.jsonl, or the results of a run",
    })
    .example("$0 recorder verify out", "chain, schema and every id, with diagnostics.jsonl and the artifacts beside it")
    .example("$0 recorder verify out/run/flight-recorder.jsonl", "the file alone")
    .example("$0 recorder show out", "what happened, in order, then whether it is valid")
    .epilogue(
      "Exit status: 0 valid and complete, 2 there is no such file, 3 changed, cut off, or an id that is not there",
    );
}

/**
 * `supply-gate recorder verify|show`: whether a flight recorder is as it was written, and what it says. 0 valid, 3 not valid.
 * @throws GateError USAGE_INVALID when there is none
 */
export function recorderCommand(options: RecorderCommandOptions, world: World): number {
  const { file, out } = placeOf(resolve(world.cwd, options.file), options.file);
  const verification = verifyRecorder(readFileSync(file));
  if (options.action === "show") world.stdout(timeline(verification.events));
  const known = out === null ? NOTHING_KNOWN : knownIn(out, verification.events);
  const wrong = [...linesOf(verification), ...unlinked(verification, known)];
  if (out !== null && known.artifacts === null)
    world.stdout("artifacts were collected: refs to them are not checked\n");
  for (const reason of wrong) world.stdout(`${options.file}${reason}\n`);
  const count = `${verification.events.length} events, head ${verification.head}`;
  world.stdout(`${verification.state}${wrong.length === 0 ? "" : ", not valid"}: ${count}\n`);
  return wrong.length === 0 ? 0 : NOT_VALID;
}

function placeOf(path: string, shown: string): { file: string; out: string | null } {
  const found = statSync(path, { throwIfNoEntry: false });
  const file = found?.isDirectory() === true ? join(path, "run", "flight-recorder.jsonl") : path;
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new GateError("USAGE_INVALID", `${shown}: has no flight recorder`, {
      next: "name the results folder of a run, or its run/flight-recorder.jsonl",
    });
  }
  return { file, out: file === path ? null : path };
}

/** `:12: why`, for each line that is not as it was, and for the end of one that has none. */
function linesOf({ bad, end }: Verification): string[] {
  return [...bad, ...(end === null ? [] : [end])].map(({ line, reason }) => `:${line}: ${visible(reason)}`);
}

function unlinked({ events }: Verification, known: Known): string[] {
  const found = noReferences();
  for (const event of events) gather(found, event);
  return validateCorrelation(found, known).map(
    ({ validator, id, message }) => `: ${validator}: ${visible(`${id ?? "no id"}: ${message}`)}`,
  );
}

const NOTHING_KNOWN: Known = { jobs: null, diagnostics: null, artifacts: null };

const PlannedIds = z.object({
  jobs: z.array(
    z.object({
      operation: z.object({ op_id: z.string(), inputs: z.array(z.object({ uri: z.string() })) }).optional(),
    }),
  ),
});
const Sidecar = z.object({ content_hash: Sha256 });

/** What lies beside the recorder: its plan, its diagnostics, its artifacts and logs. What is not there is known to hold nothing. */
function knownIn(out: string, events: Verification["events"]): Known {
  const text = (name: string): string | null => {
    const path = join(out, name);
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
  const plan = text("plan.json") ?? '{"jobs":[]}';
  const operations = readJson(PlannedIds, plan, "plan.json").jobs.flatMap(({ operation }) => operation ?? []);
  return {
    jobs: operations.map(({ op_id }) => op_id),
    diagnostics: readDiagnostics(text("diagnostics.jsonl") ?? "", "diagnostics.jsonl"),
    artifacts: wasCollected(events)
      ? null
      : [...operations.flatMap(({ inputs }) => inputs.map(({ uri }) => uri)), ...storedIn(out), ...exportedFrom(out)],
  };
}

/** What was let go on purpose, and recorded, is no hole (F-12). */
function wasCollected(events: Verification["events"]): boolean {
  return events.some((event) => event.type === "meta.gc_summary" && !event.dry_run && event.items_pruned > 0);
}

function storedIn(out: string): string[] {
  const hashes = foldersIn(join(out, "artifacts", "L3")).flatMap((folder) => {
    const path = join(folder, "artifact.json");
    return existsSync(path) ? [readJson(Sidecar, readFileSync(path, "utf8"), path).content_hash] : [];
  });
  const documents = ["reports", "evidence"].flatMap((folder) => filesIn(join(out, folder)));
  const logs = foldersIn(join(out, "run")).flatMap((folder) => [join(folder, "stdout"), join(folder, "stderr")]);
  const read = [...documents, ...logs]
    .filter((path) => existsSync(path))
    .map((path) => createHash("sha256").update(readFileSync(path)).digest("hex"));
  return [...hashes, ...read].map((hash) => `artifact://sha256/${hash}`);
}

const Exported = z.object({ output_artifact_handles: z.array(z.object({ uri: z.string() })) });

/** What went out since, as its records say. */
function exportedFrom(out: string): string[] {
  return filesIn(join(out, "run", "exports")).flatMap((path) =>
    readJson(Exported, readFileSync(path, "utf8"), path).output_artifact_handles.map(({ uri }) => uri),
  );
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [join(folder, entry.name)] : []));
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : []));
}
