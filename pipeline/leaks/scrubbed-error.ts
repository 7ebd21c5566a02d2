import { GateError } from "../../schemas/error.ts";
import type { Scrubber } from "./scrub.ts";

/** An error as it may be shown: the same one when it holds no secret, else one without, and without its cause. */
export function scrubbedError(error: unknown, scrubber: Scrubber): unknown {
  if (error instanceof GateError) {
    const message = scrubber.text(error.message);
    const next = error.next === undefined ? undefined : scrubber.text(error.next);
    if (message === error.message && next === error.next) return error;
    return new GateError(error.code, message, next === undefined ? {} : { next });
  }
  if (!(error instanceof Error)) return typeof error === "string" ? scrubber.text(error) : error;
  const { message, stack = "", path, code } = error as NodeJS.ErrnoException;
  const shown = [message, stack, path ?? ""].map((text) => scrubber.text(text));
  if (shown[0] === message && shown[1] === stack && shown[2] === (path ?? "")) return error;
  const clean: NodeJS.ErrnoException = new Error(shown[0]);
  clean.stack = shown[1] ?? "";
  if (code !== undefined) clean.code = code;
  if (path !== undefined) clean.path = shown[2] ?? "";
  return clean;
}
