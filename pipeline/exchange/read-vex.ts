import type { Policy } from "../../schemas/policy.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { pinnedText } from "../findings/pinned-text.ts";
import { dayAfter } from "../waivers/days.ts";
import { FORMATS } from "./formats.ts";

/**
 * What the VEX documents of a policy say, as waivers: a statement counts from its own date for as long as the policy lets a waiver count.
 * The document is its owner; the policy, which names it by its content, approves.
 * @throws GateError POLICY_INVALID for another digest, DOCUMENT_INVALID for what is no such document
 */
export function readVex(
  documents: Policy["vex"],
  { maxDays }: Policy["waivers"],
  load: (file: string) => string,
): Waiver[] {
  return documents.flatMap((document) => {
    const who = { owner: document.file, approver: "the policy that names it", created: UNDATED, expires: UNDATED };
    const { waivers } = FORMATS[document.format].read(pinnedText(document, load), document.file, {
      ...who,
      places: () => [],
    });
    return waivers.map((waiver) => ({
      ...waiver,
      owner: who.owner,
      approver: who.approver,
      expires: dayAfter(waiver.created, maxDays),
    }));
  });
}

/** A statement that says no date is older than any policy allows. */
const UNDATED = "1970-01-01";
