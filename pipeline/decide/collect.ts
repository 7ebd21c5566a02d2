import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { Evidence, Problem } from "../../schemas/evidence.ts";
import type { ToolPins } from "../../schemas/pins.ts";
import type { Job } from "../../schemas/plan.ts";
import { readJson } from "../../schemas/read.ts";
import { ExitRecord, type Limits } from "../../schemas/step.ts";
import { visible } from "../findings/visible.ts";
import { kindOf } from "../kinds/index.ts";
import type { AdvisoryReader, RawOutput } from "../kinds/kind.ts";
import type { StagedHistory } from "../tree/staged-history.ts";

type PlannedJob = Extract<Job, { state: "planned" }>;

/** Where an ended step left its files, and what `{scan}` was for it. */
export interface StepFiles {
  readonly logDir: string;
  readonly outDir: string;
  readonly scanRoot: string;
  /** What was staged of the history, for a step that has one. */
  readonly history?: StagedHistory | undefined;
  /** Reads the advisories of the run. */
  readonly advisory?: AdvisoryReader | undefined;
}

const MAX_LOG_CHARACTERS = 16 * 1024 * 1024;

/**
 * Reads what an ended step left and writes down what of it counts: how it ended, its report in normal form, and every reason to doubt it.
 * Broken evidence is a problem in the result, never an exception: the other jobs still count.
 */
export function collectEvidence(job: PlannedJob, files: StepFiles, pins: ToolPins): Evidence {
  const record = join(files.logDir, "exit.json");
  if (!existsSync(record)) return evidenceWithout(job);
  const exit = readJson(ExitRecord, readFileSync(record, "utf8"), `${job.kind}: exit record`);
  const changed: string[] = [];
  const bytesOf = (folder: string, name: string): Buffer => {
    const bytes = readFileSync(join(folder, name));
    if (createHash("sha256").update(bytes).digest("hex") !== exit.outputs?.[name]) changed.push(name);
    return bytes;
  };
  const logOf = (name: "stdout" | "stderr"): Log => {
    if (existsSync(join(files.logDir, name))) return shortened(bytesOf(files.logDir, name));
    changed.push(name);
    return { text: "", isCut: false };
  };
  const stdout = logOf("stdout");
  const stderr = logOf("stderr");
  const meaning = exit.status === null ? undefined : job.step.exits[String(exit.status)];
  const isCut = exit.stdoutBytesCut + exit.stderrBytesCut > 0 || stdout.isCut || stderr.isCut;
  const problems = [...endProblems(job, exit, pins, isCut), ...errorLines(job, stderr.text, files.scanRoot)];
  let report: unknown = null;
  if (meaning !== undefined) {
    const hidden = new Set((job.step.staging.tree?.hide ?? []).map(({ path }) => path));
    const raw = {
      scanRoot: files.scanRoot,
      names: bare(job.names),
      copies: job.step.staging.copies,
      files: job.step.staging.files,
      ...(job.step.staging.history === undefined ? {} : { history: files.history }),
      ...(job.step.staging.advisories ? { advisory: files.advisory } : {}),
      hidden,
      meaning,
      stdout: stdout.text,
      stderr: stderr.text,
    };
    report = readReport(job, { ...raw, read: (name) => bytesOf(files.outDir, name).toString("utf8") }, problems);
  }
  problems.push(...changedProblems(job, changed));
  return {
    schemaVersion: "supply-gate/evidence-1",
    kind: job.kind,
    stepKey: job.stepKey,
    tool: job.step.tool,
    end: {
      status: exit.status,
      signal: exit.signal,
      spawnError: exit.spawnError === null ? null : "the tool could not be started",
      timedOut: exit.timedOut,
      killedBy: exit.killedBy,
      stdoutBytesCut: exit.stdoutBytesCut,
      stderrBytesCut: exit.stderrBytesCut,
      toolVersion: exit.toolVersion,
    },
    problems,
    report,
  };
}

/** Without what every object has: a report may speak of a file named `constructor`. */
function bare(names: PlannedJob["names"]): PlannedJob["names"] {
  return Object.assign(Object.create(null) as Record<string, string>, names);
}

/** A step that left no exit record never ended, whatever else lies there. */
function evidenceWithout({ kind, stepKey, step }: PlannedJob): Evidence {
  const message = `${step.tool}: left no record of how it ended`;
  return {
    schemaVersion: "supply-gate/evidence-1",
    kind,
    stepKey,
    tool: step.tool,
    end: NEVER_ENDED,
    problems: [{ code: "report-missing", message }],
    report: null,
  };
}

/** How a tool ended that never did: it was not started, or nothing says so. */
export const NEVER_ENDED: Evidence["end"] = {
  status: null,
  signal: null,
  spawnError: null,
  timedOut: false,
  killedBy: null,
  stdoutBytesCut: 0,
  stderrBytesCut: 0,
  toolVersion: null,
};

/** The step runner wrote down what each file was when the tool had ended: what is read now must be that. */
function changedProblems({ step }: PlannedJob, names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  const message = `${step.tool}: ${[...new Set(names)].join(", ")} is not what the tool left when it ended`;
  return [{ code: "report-changed", message, next: "find out who else writes to the folder for temporary files" }];
}

interface Log {
  readonly text: string;
  readonly isCut: boolean;
}

function shortened(bytes: Buffer): Log {
  const text = bytes.toString("utf8");
  return { text: text.slice(0, MAX_LOG_CHARACTERS), isCut: text.length > MAX_LOG_CHARACTERS };
}

function endProblems({ step, kind }: PlannedJob, exit: ExitRecord, pins: ToolPins, isCut: boolean): Problem[] {
  const problems: Problem[] = [];
  const pin = pins.tools[step.tool]?.version;
  if (exit.spawnError !== null) {
    problems.push({
      code: "spawn-failed",
      message: `${step.tool} could not be started`,
      next: "supply-gate tools verify",
    });
  } else if (exit.toolVersion !== pin) {
    problems.push({
      code: "tool-version",
      message: `${step.tool}: found version ${exit.toolVersion ?? "(none printed)"}, expected ${pin ?? "a pin"}`,
      next: "supply-gate tools install --force",
    });
  }
  for (const limit of exit.killedBy === null && !exit.timedOut ? overLimits(step.limits, exit) : []) {
    problems.push({ code: "limit-hit", message: `${kind}: used more than its ${limit} limit` });
  }
  if (exit.killedBy !== null || exit.timedOut) {
    problems.push({ code: "limit-hit", message: `${kind}: ended by its ${exit.killedBy ?? "wall"} limit` });
  } else if (exit.spawnError === null && (exit.status === null || step.exits[String(exit.status)] === undefined)) {
    const found = exit.status === null ? `signal ${exit.signal}` : `exit status ${exit.status}`;
    const known = Object.keys(step.exits).join(", ");
    problems.push({ code: "exit-unexpected", message: `${step.tool}: found ${found}, expected one of ${known}` });
  }
  if (isCut) {
    problems.push({ code: "output-truncated", message: `${step.tool}: output was cut` });
  }
  return problems;
}

/** A process that ends by itself between two looks is not ended over a limit: what it used counts all the same. */
function overLimits({ cpuMs, memoryBytes, wallMs }: Limits, exit: ExitRecord): string[] {
  const used: readonly [string, number, number][] = [
    ["cpu", exit.cpuMs, cpuMs],
    ["memory", exit.maxRssBytes, memoryBytes],
    ["wall", exit.wallMs, wallMs],
  ];
  return used.filter(([, found, most]) => found > most).map(([limit]) => limit);
}

function errorLines({ step }: PlannedJob, stderr: string, scanRoot: string): Problem[] {
  const patterns = step.errorLines.map((source) => new RegExp(source));
  const lines = stderr.split("\n").filter((line) => patterns.some((pattern) => pattern.test(line)));
  const [first] = lines;
  if (first === undefined) return [];
  // A sensitive tool's own words may hold what it found; its log stays in the private folder.
  const shown = step.sensitive ? "" : `, the first is: ${visible(withoutPlace(first, scanRoot)).slice(0, 300)}`;
  return [{ code: "error-line", message: `${step.tool}: ${lines.length} lines on stderr speak of errors${shown}` }];
}

/** The same text wherever the step ran; osv-scanner writes some paths without their first slash. */
function withoutPlace(line: string, scanRoot: string): string {
  return line.replaceAll(scanRoot, "{scan}").replaceAll(` ${scanRoot.slice(1)}/`, " {scan}/");
}

function readReport(job: PlannedJob, raw: RawOutput, problems: Problem[]): unknown {
  try {
    return kindOf(job.kind).collect(raw);
  } catch (error) {
    if (error instanceof GateError) {
      // A parser's error quotes what it stumbled over.
      const hidden = job.step.sensitive && error.cause instanceof SyntaxError;
      const message = hidden ? `${job.step.tool} report: no JSON, expected a JSON document` : error.message;
      problems.push({ code: "report-invalid", message: visible(message).slice(0, 1000) });
      return null;
    }
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      problems.push({ code: "report-missing", message: `${job.step.tool}: wrote no report` });
      return null;
    }
    throw error;
  }
}
