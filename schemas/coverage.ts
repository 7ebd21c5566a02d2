import { z } from "zod";
import { KindId } from "./common.ts";
import { Canaries, CoveragePart, JudgedGap } from "./finding.ts";
import { LockfileFormat } from "./inventory.ts";

const Count = z.int().nonnegative();

/** Packages that only one of two readers names in a lockfile, each with the reason. */
const LockfileDifference = z.strictObject({
  packages: Count,
  onlyOurs: z
    .array(
      z.strictObject({
        package: z.string(),
        reason: z.enum(["without-version", "not-from-registry", "not-by-tool"]),
      }),
    )
    .readonly(),
  onlyTheirs: z
    .array(
      z.strictObject({
        package: z.string(),
        reason: z.enum(["project-itself", "named-as-gap", "not-read"]),
      }),
    )
    .readonly(),
});

/** `coverage.json`: what there was to see, what the tools say they saw, and why not the rest. */
export const CoverageFile = z.strictObject({
  schemaVersion: z.literal("supply-gate/coverage-1"),
  /** One line for people. */
  sentence: z.string(),
  jobs: z.array(
    z.strictObject({
      kind: KindId,
      state: z.enum(["complete", "incomplete", "not-required"]),
      tool: z.string().nullable(),
      canaries: Canaries,
      parts: z.array(CoveragePart),
      gaps: z.array(JudgedGap).readonly(),
    }),
  ),
  /** Each lockfile as our own reader sees it, and in what each tool differs; null where that tool gave no report. */
  lockfiles: z
    .array(
      z.strictObject({
        path: z.string(),
        format: LockfileFormat,
        packages: Count,
        osvScanner: LockfileDifference.nullable(),
        syft: LockfileDifference.nullable(),
      }),
    )
    .readonly(),
});
export type CoverageFile = z.infer<typeof CoverageFile>;
