import type { Diagnostic, EvidenceRefs } from "../../../schemas/protocol/diagnostic.ts";
import { digestOf, uuidOf } from "../../findings/digest.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Link } from "./link.ts";
import { withOneMark } from "./redacted.ts";
import { wellFormed } from "./well-formed.ts";

/** A diagnostic before its ids: `subject` is the id of what it is about, `message` its lines. */
export interface Draft
  extends Pick<Diagnostic, "title" | "severity" | "code">,
    Partial<Pick<Diagnostic, "tool" | "tags" | "capability_id" | "policy_decision_id" | "locations" | "status">> {
  readonly subject: string;
  readonly message: readonly (string | undefined)[];
  readonly source?: Diagnostic["source"];
  readonly link: Link;
  readonly artifacts?: NonNullable<EvidenceRefs["artifact_hashes"]>;
}

/** Gives a draft its fingerprint, and an id made from the fingerprint, the job and the subject: the same content has the same id. */
export function finished(
  { subject, link, artifacts, message, title, source, locations, ...rest }: Draft,
  asOf: string,
): Diagnostic {
  const base = {
    ...rest,
    title: shortened(wellFormed(withOneMark(title)), 1000),
    ...(locations === undefined ? {} : { locations: locations.map(wellFormedPlace) }),
    source: source ?? "engine",
    surface: "system" as const,
  };
  const { link_confidence, job_id, related_job_ids } = link;
  const fingerprint = fingerprintOf(base);
  const refs: EvidenceRefs = {
    ...(related_job_ids === undefined ? {} : { related_job_ids: [...related_job_ids] }),
    ...(artifacts === undefined ? {} : { artifact_hashes: artifacts }),
  };
  return {
    id: uuidOf(digestOf({ fingerprint, job: job_id ?? null, subject })),
    fingerprint,
    ...base,
    message: shortened(wellFormed(withOneMark(linesOf(message))), 8000),
    link_confidence,
    timestamp: asOf,
    actor: "system",
    ...(job_id === undefined ? {} : { job_id }),
    ...(Object.keys(refs).length === 0 ? {} : { evidence_refs: refs }),
  };
}

function wellFormedPlace(place: NonNullable<Diagnostic["locations"]>[number]) {
  return { ...place, ...(place.path === undefined ? {} : { path: wellFormed(place.path) }) };
}

function linesOf(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n") || "(no words)";
}

/** In UTF-16 units as the schema counts; never between the halves of a character. */
function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3).replace(/[\ud800-\udbff]$/, "")}...`;
}
