import { z } from "zod";
import { Split } from "./cells.ts";
import { KindId, Mode, Severity, Sha256 } from "./common.ts";
import { Problem } from "./evidence.ts";
import { FoundBy, Origin } from "./finding.ts";

/** How a job ended for the decision. */
export const JobVerdict = z.strictObject({
  kind: KindId,
  state: z.enum(["complete", "incomplete", "not-required"]),
  tool: z.strictObject({ name: z.string(), version: z.string() }).nullable(),
  /** How many of the made-up things beside the real input the tool found. */
  canaries: z.strictObject({ expected: z.int(), found: z.int() }),
  /** One line for people: what was found, over what. */
  summary: z.string(),
  findings: z.strictObject({ block: z.int(), report: z.int(), waived: z.int() }),
  problems: z.array(Problem),
});
export type JobVerdict = z.infer<typeof JobVerdict>;

/** One reason for FAILED: a finding that the policy blocks, with the line of the policy that does. */
export const Blocking = z.strictObject({
  id: z.string(),
  kind: FoundBy,
  rule: z.string(),
  severity: Severity,
  title: z.string(),
  where: z.string(),
  /** Whose fault, where the run compared with a base. */
  origin: Origin.optional(),
  because: z.string(),
  next: z.string(),
});

/** `verdict.json`: the decision, and everything that it was a function of. */
export const Verdict = z.strictObject({
  schemaVersion: z.literal("supply-gate/verdict-1"),
  verdict: z.enum(["PASSED", "FAILED", "INCOMPLETE"]),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]),
  mode: Mode,
  asOf: z.iso.datetime(),
  policy: z.strictObject({ name: z.string(), sha256: Sha256 }),
  waivers: z.strictObject({ sha256: Sha256, count: z.int() }).nullable(),
  pins: z.strictObject({ sha256: Sha256 }),
  source: z.strictObject({
    inventorySha256: Sha256,
    files: z.int(),
    bytes: z.int(),
    lockfiles: z.int(),
    packages: z.int(),
  }),
  advisories: z
    .strictObject({ snapshotId: Sha256, newestModified: z.string(), ecosystems: z.record(z.string(), z.int()) })
    .nullable(),
  planSha256: Sha256,
  /** Over everything else that was decided on: inventory, lockfiles, policy, waivers, evidence. */
  evidenceSha256: Sha256,
  /** What kept the scanners apart from the machine and the network. The only field that depends on where the gate ran. */
  isolation: z.strictObject({
    kind: z.enum(["bubblewrap", "dagger", "none"]),
    egress: z.enum(["blocked (proved)", "not proved"]),
  }),
  counts: z.record(z.string(), z.int()),
  jobs: z.array(JobVerdict),
  blocking: z.array(Blocking),
  incomplete: z.array(z.strictObject({ kind: KindId.nullable(), ...Problem.shape })),
  /** Whose fault it is, against `--base`; null where the run compared with nothing. */
  split: Split.nullable(),
  /** The cheapest thing to do now. */
  next: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;
