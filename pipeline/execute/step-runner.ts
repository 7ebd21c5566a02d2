import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { ExitRecord, Limits, StepInvocation } from "../../schemas/step.ts";
import { cappedBuffer, openCappedFile } from "./capped-file.ts";
import { folderSize } from "./folder-size.ts";
import { runLimited } from "./limited-process.ts";
import { outputDigests } from "./output-digests.ts";
import type { Ending, LimitedRun } from "./watch.ts";

/** Between the request to end (TERM) and the end by force (KILL). */
export const GRACE_MS = 10_000;
const VERSION_LIMITS = { wallMs: 60_000, outputBytes: 64 * 1024 };

export interface RunStepOptions {
  /** Ctrl-C: ends all processes, `killedBy` is "cancel". */
  readonly signal?: AbortSignal;
  /** Put before every argv: the command of a sandbox. */
  readonly wrap?: readonly string[];
  /** A file that the sandbox's command reads at descriptor 3. Without it descriptor 3 marks the step's processes. */
  readonly wrapInput?: string;
  /** Folders whose files count as output, beside the invocation's `outDir`. */
  readonly outputFolders?: readonly string[];
  readonly graceMs?: number;
}

/**
 * Asks a tool for its version, runs it under its limits, and leaves `stdout`, `stderr` and at last `exit.json` in `outDir`.
 * When it returns, no process of the tool is left. However the tool ends is a record, also when it could not be started.
 *
 * @throws GateError DOCUMENT_INVALID when the version's pattern is no regular expression, STORAGE_FAILED when `outDir` can't be written.
 */
export async function runStep(invocation: StepInvocation, options: RunStepOptions = {}): Promise<ExitRecord> {
  const question = questionOf(invocation);
  try {
    mkdirSync(invocation.outDir, { recursive: true });
    rmSync(join(invocation.outDir, "exit.json"), { force: true });
    const asked = await askVersion(invocation, question, options);
    const ended = await runTool(invocation, options);
    const record = { ...ended, ...asked, outputs: outputDigests(writtenFiles(invocation, options)) };
    writeAtomically(join(invocation.outDir, "exit.json"), `${JSON.stringify(record, null, 2)}\n`);
    return record;
  } catch (cause) {
    if (!STORAGE_CODES.has((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    const message = `${invocation.outDir}: the step's output could not be written (${(cause as Error).message})`;
    throw new GateError("STORAGE_FAILED", message, { cause, next: "make room or give another folder, then run again" });
  }
}

const STORAGE_CODES = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO", "ENOTDIR", "ENOENT", "EEXIST", "EFBIG"]);

interface Question {
  readonly argv: readonly string[];
  readonly pattern: RegExp;
}

function questionOf({ version }: StepInvocation): Question | null {
  if (version === undefined) return null;
  try {
    return { argv: version.argv, pattern: new RegExp(version.pattern) };
  } catch (cause) {
    throw new GateError("DOCUMENT_INVALID", `step: version.pattern: ${(cause as Error).message}`, { cause });
  }
}

async function askVersion(
  invocation: StepInvocation,
  question: Question | null,
  options: RunStepOptions,
): Promise<Pick<ExitRecord, "toolVersion" | "probe">> {
  if (question === null) return { toolVersion: null, probe: null };
  const stdout = cappedBuffer(VERSION_LIMITS.outputBytes);
  const stderr = cappedBuffer(VERSION_LIMITS.outputBytes);
  const limits = { ...invocation.limits, ...VERSION_LIMITS };
  const base = limitedRun(invocation, question.argv, limits, options);
  const started = new Date().toISOString();
  const began = performance.now();
  const ending = await runLimited({ ...base, stdout, stderr, outputBytes: () => stdout.bytes() + stderr.bytes() });
  const { status, signal, spawnError, killedBy } = ending;
  const wallMs = Math.round(performance.now() - began);
  const cut = {
    timedOut: killedBy === "wall",
    cancelled: killedBy === "cancel",
    bytesCut: stdout.cut() + stderr.cut(),
  };
  const probe = { status, signal, spawnError, ...cut, started, wallMs };
  const said = killedBy === null && spawnError === null ? question.pattern.exec(stdout.text() + stderr.text()) : null;
  return { toolVersion: said?.[1] ?? null, probe };
}

async function runTool(
  invocation: StepInvocation,
  options: RunStepOptions,
): Promise<Omit<ExitRecord, "toolVersion" | "probe" | "outputs">> {
  const { outDir, limits } = invocation;
  const stdout = openCappedFile(join(outDir, "stdout"), limits.outputBytes);
  const stderr = openCappedFile(join(outDir, "stderr"), limits.outputBytes);
  const started = new Date();
  const began = performance.now();
  try {
    const base = limitedRun(invocation, invocation.argv, limits, options);
    const folders = [outDir, ...(options.outputFolders ?? [])];
    const outputBytes = (): number =>
      folders.reduce((sum, folder) => sum + folderSize(folder), stdout.cut() + stderr.cut());
    const ending = await runLimited({ ...base, stdout, stderr, outputBytes });
    return {
      ...ending,
      spawnError: ending.spawnError ?? sandboxError(ending, outDir, options.wrap),
      timedOut: ending.killedBy === "wall",
      started: started.toISOString(),
      ended: new Date().toISOString(),
      wallMs: Math.round(performance.now() - began),
      stdoutBytesCut: stdout.cut(),
      stderrBytesCut: stderr.cut(),
    };
  } finally {
    stdout.close();
    stderr.close();
  }
}

/** Where each file that counts lies: beside the logs in a container, in a folder of its own on the host. */
function writtenFiles({ outDir, outputs }: StepInvocation, { outputFolders }: RunStepOptions): Map<string, string> {
  const folder = outputFolders?.[0] ?? join(outDir, "out");
  const logs = ["stdout", "stderr"].map((name): [string, string] => [name, join(outDir, name)]);
  return new Map([...logs, ...(outputs ?? []).map((name): [string, string] => [name, join(folder, name)])]);
}

function limitedRun(
  { cwd, env, outDir }: StepInvocation,
  argv: readonly string[],
  limits: Limits,
  options: RunStepOptions,
): Omit<LimitedRun, "stdout" | "stderr" | "outputBytes"> {
  return {
    argv: [...(options.wrap ?? []), ...argv],
    cwd,
    env,
    limits,
    descriptor3: { path: options.wrapInput ?? outDir, mark: options.wrapInput === undefined },
    signal: options.signal,
    graceMs: options.graceMs ?? GRACE_MS,
  };
}

/** A sandbox that can't start the tool ends with status 1, which for many tools means "findings"; its own complaint tells them apart. */
function sandboxError(ending: Ending, outDir: string, wrap: readonly string[] | undefined): string | null {
  if (wrap?.[0] === undefined || ending.status === 0 || ending.status === null) return null;
  const [firstLine = ""] = head(join(outDir, "stderr"), 1024).split("\n");
  return firstLine.startsWith(`${basename(wrap[0])}: `) ? firstLine : null;
}

function head(path: string, bytes: number): string {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(bytes);
    return buffer.toString("utf8", 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

function writeAtomically(path: string, text: string): void {
  writeFileSync(`${path}.partial`, text, { mode: 0o600 });
  renameSync(`${path}.partial`, path);
}
