import { GateError } from "../../schemas/error.ts";
import type { Encoding } from "./encodings.ts";
import { finderOf } from "./finder.ts";
import type { Secret } from "./secret.ts";

/** Where a secret stands in what was to leave the machine. Says nothing of the secret itself. */
export interface Leak {
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
  readonly ruleId: string;
  readonly encoding: Encoding;
}

/** Every place in the named texts where a found secret stands in any of its forms. */
export function findLeaks(secrets: readonly Secret[], texts: Iterable<readonly [string, string | Buffer]>): Leak[] {
  if (secrets.length === 0) return [];
  const finder = finderOf(secrets);
  const leaks: Leak[] = [];
  for (const [file, text] of texts) {
    for (const { secret, encoding, start } of finder.find(typeof text === "string" ? Buffer.from(text) : text)) {
      leaks.push({ file, offset: start, ruleId: secrets[secret]?.ruleId ?? "", encoding });
    }
  }
  return leaks;
}

/**
 * The last look before anything leaves.
 * @throws GateError SECRET_LEAKED naming the first place, never the secret
 */
export function refuseLeaks(secrets: readonly Secret[], texts: Iterable<readonly [string, string | Buffer]>): void {
  const leaks = findLeaks(secrets, texts);
  const [first] = leaks;
  if (first === undefined) return;
  const more = leaks.length === 1 ? "" : ` (and ${leaks.length - 1} more places)`;
  throw new GateError(
    "SECRET_LEAKED",
    `${first.file}: found at byte ${first.offset} a secret of rule ${first.ruleId} (${first.encoding})${more}, expected none; no results were written`,
    { next: "this is a bug of ours, please report it without the file" },
  );
}
