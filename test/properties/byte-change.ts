import { Buffer } from "node:buffer";
import fc from "fast-check";
import type { Severity } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { JudgedFinding } from "../../schemas/finding.ts";
import { readJson } from "../../schemas/read.ts";
import { ExitRecord } from "../../schemas/step.ts";
import type { Recording, Replayed } from "../support/replay.ts";

/** One place in what a step left: which file, which byte of it, and what is written there. */
export interface ByteChange {
  readonly file: string;
  readonly offset: number;
  readonly value: number;
}

/** Any other byte at any place of one of the files, reports most often; half of the time one that means something in JSON, in a version or in a vector. */
export function byteChanges(files: ReadonlyMap<string, Buffer>): fc.Arbitrary<ByteChange> {
  const full = [...files].filter(([, bytes]) => bytes.length > 0);
  const reports = full.filter(([file]) => file !== "exit.json" && file !== "stderr");
  const places = [...full, ...reports, ...reports, ...reports];
  return fc
    .constantFrom(...places)
    .chain(([file, bytes]) =>
      fc.record({
        file: fc.constant(file),
        offset: fc.nat({ max: bytes.length - 1 }),
        value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...Buffer.from(TELLING))),
      }),
    )
    .filter(({ file, offset, value }) => files.get(file)?.[offset] !== value);
}

const TELLING = '"{}[]:,.-/_ \\\n0129AHLNMPUagnorst';

/** The files of a recording as the gate reads them after a run: the exit record, stderr and the outputs. */
export function filesOf({ exit, stderr, outputs }: Recording): ReadonlyMap<string, Buffer> {
  const texts = { "exit.json": `${JSON.stringify(exit, null, 2)}\n`, stderr, ...outputs };
  return new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
}

/** The recording with one byte changed; null when the exit record can't be read any more, which ends the run with an error. */
export function changed(recording: Recording, { file, offset, value }: ByteChange): Recording | null {
  const bytes = Buffer.from(filesOf(recording).get(file) ?? []);
  bytes[offset] = value;
  const text = bytes.toString("utf8");
  if (file === "stderr") return { ...recording, stderr: text };
  if (file !== "exit.json") return { ...recording, outputs: { ...recording.outputs, [file]: text } };
  try {
    return { ...recording, exit: readJson(ExitRecord, text, "exit record") };
  } catch (error) {
    if (error instanceof GateError) return null;
    throw error;
  }
}

/**
 * What is lost when a decision is made from the one evidence instead of the other; empty when it is the same or stricter. That is, either
 *
 * - the job is incomplete with a reason, and the verdict is not PASSED; or
 * - each subject (package, file, gap) of the one has as many findings in the other, and the heaviest of them weigh as much: their effect, then their severity.
 *   What a finding only says (rule's name, title, lines, fixed version) may differ: nothing is decided by it.
 */
export function lost(before: Replayed, after: Replayed): string[] {
  const { job, verdict } = after;
  if (job.state === "incomplete" && job.problems.length > 0 && verdict.verdict !== "PASSED") return [];
  const found = weightsOf(after);
  return [...weightsOf(before)].flatMap(([subject, weights]) => {
    const others = found.get(subject) ?? [];
    const isLighter = weights.some((weight, index) => (others[index] ?? -1) < weight);
    return isLighter ? [`${subject}: found ${others.join(", ") || "nothing"}, expected ${weights.join(", ")}`] : [];
  });
}

const EFFECT = { waived: 0, report: 1, block: 2 } as const satisfies Record<JudgedFinding["effect"], number>;
const SEVERITY = { none: 0, low: 1, medium: 2, unknown: 3, high: 4, critical: 5 } as const satisfies Record<
  Severity,
  number
>;

/** By subject what is held against it, the heaviest first. */
function weightsOf({ job }: Replayed): ReadonlyMap<string, readonly number[]> {
  const weights = new Map<string, number[]>();
  const add = (subject: string, weight: number) =>
    weights.set(
      subject,
      [...(weights.get(subject) ?? []), weight].sort((a, b) => b - a),
    );
  for (const { effect, severity, purl, locations } of job.findings) {
    const subjects = purl === undefined ? new Set(locations.map(({ path }) => path)) : [purl];
    for (const subject of subjects) add(subject, 10 * EFFECT[effect] + SEVERITY[severity]);
  }
  for (const { code, path, subject } of job.coverage?.gaps ?? []) add(`gap ${code} ${path} ${subject}`, 0);
  return weights;
}
