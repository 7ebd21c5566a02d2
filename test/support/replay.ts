import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordsIn } from "../../pipeline/advisories/held-records.ts";
import { PINS, TOOLS } from "../../pipeline/cli/pins.ts";
import { collectEvidence } from "../../pipeline/decide/collect.ts";
import { type Decision, type DecisionInput, decide } from "../../pipeline/decide/decide.ts";
import type { DecidedJob } from "../../pipeline/decide/decided-job.ts";
import type { AdvisoryReader } from "../../pipeline/kinds/kind.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import type { KindId } from "../../schemas/common.ts";
import { NOTHING_KNOWN } from "../../schemas/known.ts";
import { ExitRecord } from "../../schemas/step.ts";
import { type PlannedCase, planCase } from "./recorded-case.ts";
import { ROOT } from "./shared-data.ts";
import { makeTree } from "./tree.ts";

/** What a step left, as it was recorded: how it ended, its logs, and its own files by name. */
export interface Recording {
  readonly exit: ExitRecord;
  readonly stdout?: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Replayed extends Decision {
  readonly input: DecisionInput;
  readonly job: DecidedJob;
}

const folderOf = (kind: KindId, name: string) => join(ROOT, "fixtures/kinds", kind, name);

/** The names of a kind's recorded cases. */
export function caseNames(kind: KindId): string[] {
  return readdirSync(join(ROOT, "fixtures/kinds", kind)).sort();
}

/** The place of a case's golden file. */
export function goldenOf(kind: KindId, name: string): string {
  return join(folderOf(kind, name), "findings.json");
}

/** Plans a case, and reads what its step left when it was captured. */
export function recordedCase(kind: KindId, name: string): { planned: PlannedCase; recording: Recording } {
  const folder = folderOf(kind, name);
  const planned = planCase(folder);
  const text = (file: string) => readFileSync(join(folder, file), "utf8");
  const written = planned.job.step.outputs.filter((output) => existsSync(join(folder, output)));
  const recording = {
    exit: ExitRecord.parse(JSON.parse(text("exit.json"))),
    stderr: text("stderr"),
    outputs: Object.fromEntries(written.map((output) => [output, text(output)])),
  };
  return { planned, recording };
}

/** Decides on a recording as after a run, over that one job; without digests of its own, as if the tool itself had written all that. */
export function replay(planned: PlannedCase, recording: Recording): Replayed {
  const { job, plan, inventory, lockfiles, broken } = planned;
  const files = { ...layOut(recording), scanRoot: "/scan", advisory: advisoryOf(planned) };
  const evidence = collectEvidence(job, files, PINS);
  const input: DecisionInput = {
    plan,
    inventory,
    lockfiles,
    broken,
    policy: RECOMMENDED,
    waivers: null,
    known: NOTHING_KNOWN,
    evidence: new Map([[job.kind, evidence]]),
    tools: TOOLS,
    isolation: { kind: "none", egress: "not proved" },
  };
  const decision = decide(input);
  const decided = decision.jobs.find(({ kind }) => kind === job.kind);
  if (decided === undefined) throw new Error(`${job.kind}: not decided`);
  return { ...decision, input, job: decided };
}

/** Reads the advisories of a case. */
export function advisoryOf({ advisories }: PlannedCase): AdvisoryReader | undefined {
  return advisories === undefined ? undefined : recordsIn(advisories);
}

/** Puts a recording where a step would have left it. Its digests are those of its texts, unless it brings its own. */
export function layOut(recording: Recording): { readonly logDir: string; readonly outDir: string } {
  const { exit, stdout = "", stderr, outputs } = recording;
  const sums = Object.entries({ stdout, stderr, ...outputs }).map(([name, text]) => [name, sha256Of(text)]);
  const ended = { ...exit, outputs: exit.outputs ?? Object.fromEntries(sums) };
  const logDir = makeTree({ "exit.json": JSON.stringify(ended), stdout, stderr });
  const outDir = join(logDir, "out");
  mkdirSync(outDir);
  for (const [name, text] of Object.entries(outputs)) writeFileSync(join(outDir, name), text);
  return { logDir, outDir };
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
