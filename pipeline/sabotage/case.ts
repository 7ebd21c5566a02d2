import type { KindId } from "../../schemas/common.ts";

/** How one attack ended. */
export interface Outcome {
  /** The exit status that a user would see. */
  readonly status: number;
  /** What noticed it: codes of problems or of an error, or the verdict that stands as it was. */
  readonly noticed: string;
  /** What the untouched run held against the tree and this one does not, in a job that still counts as complete. */
  readonly lost: readonly string[];
  /** The evidence is the same, byte for byte: nobody reads what was changed. */
  readonly same: boolean;
}

/** One attack at one place of one run. */
export interface Case {
  readonly kind: KindId | "gate";
  readonly group: string;
  readonly name: string;
  /** The run that is attacked. */
  readonly run: string;
  readonly unnoticed?: string | undefined;
  /** Nobody reads what is changed here, for this reason; only true when the evidence stays the same. */
  readonly unread?: string | undefined;
  readonly attack: () => Outcome | Promise<Outcome>;
}

/** A case with its end, and what that means. `known`: it is not noticed, and the reason is written down. */
export interface Tried extends Omit<Case, "attack"> {
  readonly outcome: Outcome;
  readonly result: "noticed" | "green" | "lost" | "crashed" | "known" | "unread";
}

/** Tries one case. A case that ends PASSED, loses a finding or breaks the gate is what this command looks for. */
export async function tryCase({ attack, ...rest }: Case): Promise<Tried> {
  const outcome = await attack();
  return { ...rest, outcome, result: resultOf(rest, outcome) };
}

const NOTICED: ReadonlySet<number> = new Set([1, 2, 3]);
const PASSED = 0;

function resultOf({ unnoticed, unread }: Omit<Case, "attack">, { status, lost, same }: Outcome): Tried["result"] {
  if (NOTICED.has(status) && lost.length === 0) return "noticed";
  if (unread !== undefined && same) return "unread";
  if (unnoticed !== undefined) return "known";
  if (status === PASSED) return "green";
  return lost.length > 0 ? "lost" : "crashed";
}
