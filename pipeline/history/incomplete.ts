import type { Problem } from "../../schemas/evidence.ts";

/** Why a history can't be scanned whole; it becomes a problem of the job, never a clean answer. */
export class Incomplete extends Error {
  override readonly name = "Incomplete";
  readonly problem: Problem;

  /** `next` says what to do about it. */
  constructor(message: string, next: string) {
    super(message);
    this.problem = { code: "history-incomplete", message: `history: ${message}`, next };
  }
}
