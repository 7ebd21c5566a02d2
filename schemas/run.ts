import { z } from "zod";
import { Sha256 } from "./common.ts";
import { ExitRecord } from "./step.ts";

const Count = z.int().nonnegative();

/** `run/run.json`: all of a run that has a clock, a host or a duration; nothing of it decides anything. */
export const RunRecord = z.strictObject({
  schemaVersion: z.literal("supply-gate/run-1"),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  wallMs: Count,
  /** Milliseconds of each phase. */
  phaseMs: z.record(z.string(), Count),
  /** Highest resident size of this process itself, not of the tools. */
  maxRssBytes: Count,
  engine: z.enum(["host", "dagger"]),
  engineReason: z.string(),
  isolation: z.enum(["bubblewrap", "dagger", "none"]),
  /** What is known of the tools' bytes on this machine. */
  tools: z.record(z.string(), z.strictObject({ version: z.string(), route: z.string(), digest: z.string() })),
  /** How each engine ended when it was last put through its cases here. */
  conformance: z.record(z.string(), z.enum(["passed", "failed", "untested"])),
  history: z
    .strictObject({ commits: Count, remembered: Count, ignoredCacheFiles: z.array(z.string()).readonly() })
    .nullable(),
  /** How many events the flight recorder has, and the hash of its last line: a chain made anew ends in another one. */
  recorder: z.strictObject({ events: Count, head: Sha256 }),
  steps: z.record(z.string(), ExitRecord),
});
export type RunRecord = z.infer<typeof RunRecord>;
