import { isSeq, parseDocument } from "yaml";
import { GateError } from "../../schemas/error.ts";
import type { Waiver } from "../../schemas/waivers.ts";

const EMPTY =
  "# Who answers for what, where, and until when: supply-gate run . --waivers\nschemaVersion: supply-gate/waivers-1\nwaivers: []\n";

/** The text of a waiver file with one more entry at its end; comments and order stay. null: there is no file yet. */
export function withWaiver(text: string | null, waiver: Waiver): string {
  const document = parseDocument(text ?? EMPTY);
  const list = document.get("waivers");
  if (!isSeq(list)) throw new GateError("WAIVERS_INVALID", "found no list of waivers, expected one");
  list.flow = false;
  list.add(document.createNode(waiver));
  return document.toString({ lineWidth: 0 });
}

/** The text of a waiver file without the entries of these indices. */
export function withoutWaivers(text: string, indices: ReadonlySet<number>): string {
  const document = parseDocument(text);
  const list = document.get("waivers");
  if (!isSeq(list)) throw new GateError("WAIVERS_INVALID", "found no list of waivers, expected one");
  list.items = list.items.filter((_, index) => !indices.has(index));
  return document.toString({ lineWidth: 0 });
}
