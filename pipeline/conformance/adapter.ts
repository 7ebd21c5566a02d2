import type { KindId } from "../../schemas/common.ts";
import type { EngineResult } from "../../schemas/protocol/engine-result.ts";
import type { PostInput, PreInput } from "../protocol/gates/gate.ts";
import type { Judgement, PreJudgement } from "../protocol/gates/judge.ts";
import type { GoldenProject } from "./golden.ts";

/** What is tested: the way that an operation really goes, from the envelope to the result. */
export interface Adapter {
  /** What a real plan of a clean project asks for, with everything that it is judged by. */
  planned(kind: KindId): PreInput;
  judge(input: PreInput): PreJudgement;
  /** Gates a golden project, for real. */
  run(kind: KindId, project: GoldenProject): Promise<Ran>;
  /** Asks for the operation without a capability that it needs. */
  refuse(kind: KindId): Promise<Ran>;
  after(input: PostInput): Judgement;
}

/** A run of one operation that has ended. */
export interface Ran {
  /** Null when the operation left none. */
  readonly result: (PostInput & { readonly result: EngineResult }) | null;
  readonly verdict: "PASSED" | "FAILED" | "INCOMPLETE";
  /** Why it is not complete. */
  readonly problems: readonly string[];
  /** SHA-256 of everything that the run left as artifacts. */
  readonly stored: ReadonlySet<string>;
  /** SHA-256 of the report when the run is decided again from its evidence alone (H-09). */
  readonly again: string | null;
  /** Steps that were started. */
  readonly started: readonly string[];
}
