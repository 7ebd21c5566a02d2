import { GateError } from "../../schemas/error.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { Opinions } from "../../schemas/opinion.ts";
import { lastLines } from "../execute/host/tools/program.ts";
import { lookedUp } from "./looked-up.ts";
import type { Ran } from "./program.ts";

/** What a tool is asked about, and where it may work. */
export interface Question {
  /** The program. */
  readonly tool: string;
  /** The lockfile as our own reader has it, its text, and the digest of that. */
  readonly lockfile: Lockfile;
  readonly text: string;
  readonly sha256: string;
  /** An empty folder that is nobody else's. */
  readonly work: string;
  readonly signal: AbortSignal;
}

/** The document without what only the tool can say. */
export function answerTo({ lockfile, sha256 }: Question) {
  return {
    schemaVersion: "supply-gate/opinions-1",
    lockfile: lockfile.path,
    lockfileSha256: sha256,
    packages: lookedUp(lockfile).length,
  } as const satisfies Partial<Opinions>;
}

/** By purl, then id, by code unit; the same one twice (a crate at two places) is one. */
export function inOrder(items: readonly Opinions["items"][number][]): Opinions["items"] {
  const keyed = new Map(items.map((item) => [JSON.stringify([item.purl, item.id]), item]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item);
}

/** A tool that ended in a way that is no answer: said with its own last words. */
export function noAnswer(source: string, ran: Ran, found: string, expected: string): GateError {
  const said = lastLines(ran.stderr);
  const message = `${source}: exit ${ran.status}: found ${found}, expected ${expected}${said === "" ? "" : ` (${said})`}`;
  return new GateError("DOCUMENT_INVALID", message, {
    next: "nothing was learned from it: mend what it says, or leave it out",
  });
}
