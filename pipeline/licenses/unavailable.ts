import type { MissingReason } from "../../schemas/license-fact.ts";

/** One archive can't be had; the others can. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
  readonly reason: MissingReason;

  constructor(reason: MissingReason, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}
