import type { JudgedFinding, Location } from "../../../schemas/finding.ts";
import type { DiagnosticLocation } from "../../../schemas/protocol/diagnostic.ts";

const MOST = 200;

/**
 * A finding's places, each with the finding's id as its entity, so that two findings never share a fingerprint (J-84). One that lies in no file
 * has that place alone. `left` counts places beyond the first 200.
 */
export function placesOf({ id, locations }: Pick<JudgedFinding, "id" | "locations">): {
  locations: DiagnosticLocation[];
  left: number;
} {
  if (locations.length === 0) return { locations: [{ entity_id: id }], left: 0 };
  return {
    locations: locations.slice(0, MOST).map((place) => ({ ...placeOf(place), entity_id: id })),
    left: Math.max(0, locations.length - MOST),
  };
}

/** A tool that names only a line means its beginning; one that names only a beginning, that place. */
function placeOf({ path, startLine, startColumn, endLine, endColumn, commit }: Location): DiagnosticLocation {
  const name = { path, ...(commit === undefined ? {} : { uri: `git:${commit}:${path}` }) };
  if (startLine === undefined) return name;
  const column = startColumn ?? 1;
  return {
    ...name,
    range: { startLine, startColumn: column, endLine: endLine ?? startLine, endColumn: endColumn ?? column },
  };
}
