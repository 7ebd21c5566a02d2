import type { KindId, Mode } from "../../../schemas/common.ts";
import type { Problem } from "../../../schemas/evidence.ts";
import type { JudgedFinding, JudgedGap } from "../../../schemas/finding.ts";

/** A gate's no (C-10). */
export interface Denial {
  readonly gate: string;
  readonly code: string;
  readonly reason: string;
  readonly details?: string | undefined;
  readonly severity: "error" | "warn";
  readonly op_id: string;
  readonly capability_id?: string | undefined;
}

/** Everything that the diagnostics of a run are a function of; no clock, no live id. */
export interface DiagnosticsInput {
  readonly mode: Mode;
  /** The date that stands for now. */
  readonly asOf: string;
  /** Digest of the policy as it was applied. */
  readonly policySha256: string;
  /** `op_id` of each operation of the plan. */
  readonly jobs: ReadonlyMap<KindId, string>;
  readonly tools: Readonly<Partial<Record<KindId, string>>>;
  readonly findings: readonly JudgedFinding[];
  readonly gaps: readonly { readonly kind: KindId; readonly gap: JudgedGap }[];
  /** As in the verdict's `incomplete`; `kind` is null for the run as a whole. */
  readonly problems: readonly (Problem & { readonly kind: KindId | null })[];
  readonly denials: readonly Denial[];
  /** SHA-256 of what each job read and left, where it is known. */
  readonly artifacts?: Readonly<
    Partial<Record<KindId, { readonly input_hash?: string; readonly output_hash?: string }>>
  >;
}
