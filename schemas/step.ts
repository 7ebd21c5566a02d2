import { z } from "zod";
import { Sha256, SourcePath } from "./common.ts";
import { HistorySummary } from "./history.ts";
import { Landmarks } from "./landmarks.ts";

/** Hard limits of one step; reaching one ends the process group and makes the job incomplete (protocol B-04, C-15). */
export const Limits = z.strictObject({
  wallMs: z.int().positive(),
  cpuMs: z.int().positive(),
  memoryBytes: z.int().positive(),
  outputBytes: z.int().positive(),
});
export type Limits = z.infer<typeof Limits>;

/**
 * One file that is copied for the tool because it could not be read in place.
 *
 * `transform`: `none` copies; `utf-16-to-utf-8` converts by byte order mark; `prefix-newline` puts one line feed in front (lines count one more).
 * With `windows` not the copy itself is staged but its windows (`pipeline/tree/windows.ts`), each under a name of its own.
 */
export const StagedCopy = z.strictObject({
  source: SourcePath,
  sha256: Sha256,
  to: z.string(),
  transform: z.enum(["none", "utf-16-to-utf-8", "prefix-newline"]),
  windows: Landmarks.optional(),
});
export type StagedCopy = z.infer<typeof StagedCopy>;

/**
 * A text that is taken out of the pinned tool's own program, changed in one place, and staged as a configuration file.
 *
 * `program` lies below the tool's folder; `length` bytes from the only place where `start` stands; `replace`: what stands from `from` up to and including `to` becomes `with`;
 * `append` goes to the end. `sha256` is of the text as it stands in the program.
 */
export const Extract = z.strictObject({
  program: z.string(),
  start: z.string(),
  length: z.int().positive(),
  sha256: Sha256,
  replace: z.strictObject({ from: z.string(), to: z.string(), with: z.string() }),
  append: z.string(),
});
export type Extract = z.infer<typeof Extract>;

/**
 * What is put where for a step, all read-only. Targets are below `{scan}`.
 *
 * `tree` binds the source root at `{scan}/tree` with the listed folders and files hidden; `copies` lie at `{scan}/staged/<to>`;
 * `files` are texts of ours (configuration) at `{scan}/config/<name>`, `extracts` texts of the tool's own there; `advisories` binds the snapshot at `{scan}/advisories`,
 * `history` what a history without problems brings at `{scan}/history`.
 */
export const Staging = z.strictObject({
  tree: z.strictObject({ hide: z.array(SourcePath) }).optional(),
  copies: z.array(StagedCopy),
  files: z.record(z.string(), z.string()),
  extracts: z.record(z.string(), Extract),
  advisories: z.boolean(),
  history: HistorySummary.optional(),
});
export type Staging = z.infer<typeof Staging>;

/**
 * One run of one tool, as data. `argv`, `env` and `cwd` may hold the placeholders `{scan}`, `{out}`, `{tool}` and `{tmp}`,
 * which the engine replaces: in a sandbox by `/scan`, `/out`, `/tool`, `/tmp`; without one by folders of this run.
 */
export const Step = z.strictObject({
  id: z.string(),
  tool: z.string(),
  argv: z.array(z.string()).min(1),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  /** Asks the tool for its version before the run; the first capture group of `pattern` must equal the pin. */
  version: z.strictObject({ argv: z.array(z.string()).min(1), pattern: z.string() }),
  staging: Staging,
  limits: Limits,
  /** What each exit status means; any other makes the job incomplete. */
  exits: z.record(z.string(), z.enum(["clean", "findings", "nothing-to-scan"])),
  /** Lines of stderr that match any of these regular expressions make the job incomplete. */
  errorLines: z.array(z.string()),
  /** Files that must exist below `{out}` afterwards. */
  outputs: z.array(z.string()),
  /** The tool's raw output holds secrets: private folder, deleted after reading, never exported. */
  sensitive: z.boolean(),
});
export type Step = z.infer<typeof Step>;

/** A step with every placeholder replaced: what `supply-gate step` reads. */
export const StepInvocation = z.strictObject({
  argv: z.array(z.string()).min(1),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  version: z.strictObject({ argv: z.array(z.string()).min(1), pattern: z.string() }).optional(),
  limits: Limits,
  /** Folder for `stdout`, `stderr`, `exit.json`. */
  outDir: z.string(),
  /** Names of the files that the tool is to leave. */
  outputs: z.array(z.string()).optional(),
  /** In a container: what is taken out of the tool before the run. */
  extracts: z.record(z.string(), Extract).optional(),
});
export type StepInvocation = z.infer<typeof StepInvocation>;

/** A short run beside the step's own, as far as the flight recorder needs it. */
const Probe = z.strictObject({
  status: z.int().nullable(),
  signal: z.string().nullable(),
  spawnError: z.string().nullable(),
  timedOut: z.boolean(),
  cancelled: z.boolean(),
  started: z.iso.datetime(),
  wallMs: z.int().nonnegative(),
  bytesCut: z.int().nonnegative(),
});

/** How the process ended; written as `exit.json` beside `stdout` and `stderr`. A failed spawn is a record too (`spawnError`). */
export const ExitRecord = z.strictObject({
  status: z.int().nullable(),
  signal: z.string().nullable(),
  spawnError: z.string().nullable(),
  timedOut: z.boolean(),
  killedBy: z.enum(["wall", "cpu", "memory", "output", "cancel"]).nullable(),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  wallMs: z.int().nonnegative(),
  /** Sampled: the sum over the process group, and its highest resident size. */
  cpuMs: z.int().nonnegative(),
  maxRssBytes: z.int().nonnegative(),
  stdoutBytesCut: z.int().nonnegative(),
  stderrBytesCut: z.int().nonnegative(),
  /** The tool's version as the tool printed it; null when it printed none that the pattern knows. */
  toolVersion: z.string().nullable(),
  /** How the process ended that was asked for the version; null where none was asked. */
  probe: Probe.nullable(),
  /** SHA-256 of `stdout`, `stderr` and each output that was there when the process had ended: what is read later is what it wrote. */
  outputs: z.record(z.string(), Sha256).optional(),
});
export type ExitRecord = z.infer<typeof ExitRecord>;
