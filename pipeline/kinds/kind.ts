import type { KindId, Mode } from "../../schemas/common.ts";
import type { Components } from "../../schemas/component.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { Canaries, Coverage, Finding } from "../../schemas/finding.ts";
import type { HistorySummary } from "../../schemas/history.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { ToolPin } from "../../schemas/pins.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { Limits, StagedCopy, Step } from "../../schemas/step.ts";
import type { StagedHistory } from "../tree/staged-history.ts";

/** What a kind may look at when it writes its step: content only. */
export interface PlanInput {
  readonly inventory: Inventory;
  readonly lockfiles: readonly Lockfile[];
  /** For each lockfile (by path) the other files of the tree that its reader asked for: go.sum, included requirements. */
  readonly companions: Readonly<Record<string, readonly string[]>>;
  readonly mode: Mode;
  readonly policy: Policy;
  readonly pin: ToolPin | undefined;
  /** The repository's history, when it is asked for. */
  readonly history?: HistorySummary | undefined;
  readonly advisories: { readonly ecosystems: Readonly<Record<string, number>> } | null;
}

export type Planned =
  | { readonly state: "planned"; readonly step: Step; readonly names: Readonly<Record<string, string>> }
  | { readonly state: "in-process" }
  | { readonly state: "not-required"; readonly reason: string }
  | { readonly state: "impossible"; readonly problem: Problem };

/** JSON text of an advisory as the snapshot of the run holds it, by ecosystem and id; null when it has none. @throws GateError ADVISORIES_INVALID */
export type AdvisoryReader = (ecosystem: string, id: string) => string | null;

/** What an ended step left behind, as text; `{scan}` of that run is `scanRoot`. */
export interface RawOutput {
  readonly scanRoot: string;
  readonly names: Readonly<Record<string, string>>;
  /** What was staged of the tree besides the tree itself. */
  readonly copies?: readonly StagedCopy[];
  /** Texts of ours that lay beside the tree for the step, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Source paths that the step was not to see; where there is no better way they show as empty files. */
  readonly hidden: ReadonlySet<string>;
  /** Text of a file below `{out}`. */
  read(name: string): string;
  readonly stdout: string;
  readonly stderr: string;
  /** What was staged of the history, when the step has one. */
  readonly history?: StagedHistory | undefined;
  /** Reads the advisories that the step had. */
  readonly advisory?: AdvisoryReader | undefined;
  /** What the exit status means by the step's table. */
  readonly meaning: "clean" | "findings" | "nothing-to-scan";
}

/** What a kind may look at when it says what its evidence means. */
export interface JudgeInput<Report> {
  readonly report: Report;
  readonly inventory: Inventory;
  readonly lockfiles: readonly Lockfile[];
  readonly components: Components;
  readonly policy: Policy;
  readonly mode: Mode;
  readonly step: Step | undefined;
  readonly names: Readonly<Record<string, string>>;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  /** Reasons why the evidence does not count as complete, beyond those of the step's end. */
  readonly problems: readonly Problem[];
  /** What had to be found beside the real input. A job whose tool missed one is incomplete, whatever else it says. */
  readonly canaries: Canaries;
}

/** One sort of job: what runs, what its report means, how its coverage is checked. */
export interface Kind<Report = unknown> {
  readonly id: KindId;
  readonly engineId: string;
  readonly tool: string | null;
  readonly limits: Limits;
  plan(input: PlanInput): Planned;
  /**
   * Raw output to the kind's normal form: sorted, without clock, host or secret.
   * @throws GateError DOCUMENT_INVALID when the report is not what the tool's pinned version writes.
   */
  collect(raw: RawOutput): Report;
  /** Reads a stored normal form back. @throws GateError DOCUMENT_INVALID */
  read(report: unknown): Report;
  judge(input: JudgeInput<Report>): Judgement;
}
