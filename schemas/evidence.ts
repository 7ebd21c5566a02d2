import { z } from "zod";
import { KindId, Sha256 } from "./common.ts";

/** Why a job is not complete; each code is a closed reason that a person can act on. */
export const ProblemCode = z.enum([
  "operation-denied",
  "result-denied",
  "tool-unavailable",
  "tool-version",
  "spawn-failed",
  "exit-unexpected",
  "error-line",
  "limit-hit",
  "output-truncated",
  "report-missing",
  "report-invalid",
  "report-changed",
  "advisories-missing",
  "advisory-changed",
  "database-missing",
  "lockfile-unread",
  "canary-missing",
  "coverage-gap",
  "history-incomplete",
  "egress-not-blocked",
]);
export const Problem = z.strictObject({ code: ProblemCode, message: z.string(), next: z.string().optional() });
export type Problem = z.infer<typeof Problem>;

/** What an ended step leaves for the decision, without clock, host or path of this machine. */
export const StepEnd = z.strictObject({
  status: z.int().nullable(),
  signal: z.string().nullable(),
  spawnError: z.string().nullable(),
  timedOut: z.boolean(),
  killedBy: z.string().nullable(),
  stdoutBytesCut: z.int(),
  stderrBytesCut: z.int(),
  toolVersion: z.string().nullable(),
});
export type StepEnd = z.infer<typeof StepEnd>;

/** `evidence/<kind>.json`: one ended step and what its report says, in the kind's own normal form (`report`, null when it could not be read). */
export const Evidence = z.strictObject({
  schemaVersion: z.literal("supply-gate/evidence-1"),
  kind: KindId,
  stepKey: Sha256,
  tool: z.string(),
  end: StepEnd,
  problems: z.array(Problem),
  report: z.unknown(),
});
export type Evidence = z.infer<typeof Evidence>;
