import { Justification, type Waiver } from "../../schemas/waivers.ts";
import type { ImportDefaults } from "./format.ts";

/** What a waiver says beside what and where, as one line of text for formats that have a field for people only. */
export function statementOf({ reason, owner, approver, created, justification }: Waiver): string {
  const why = justification === undefined ? "" : `; because: ${justification}`;
  return `${reason} [owner: ${owner}; approver: ${approver}; since: ${created}${why}]`;
}

type Said = Pick<Waiver, "reason" | "owner" | "approver" | "created" | "justification">;

/** Reads `statementOf` back; of any other text the reason is all of it, and who said it is not known. */
export function saidIn(text: string, { owner, approver, created }: ImportDefaults): Said {
  const match =
    /^(.{10,}) \[owner: ([^;\]]+); approver: ([^;\]]+); since: (\d{4}-\d\d-\d\d)(?:; because: (\w+))?\]$/s.exec(text);
  if (match === null) return { reason: padded(text), owner, approver, created };
  const [, reason = "", own = "", agreed = "", since = "", because] = match;
  const justification = Justification.safeParse(because);
  return {
    reason,
    owner: own,
    approver: agreed,
    created: since,
    ...(justification.success ? { justification: justification.data } : {}),
  };
}

function padded(text: string): string {
  return text.trim().length >= 10 ? text.trim() : `imported without a reason: ${text.trim() || "none was given"}`;
}
