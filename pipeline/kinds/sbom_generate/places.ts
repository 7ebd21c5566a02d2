import { GateError } from "../../../schemas/error.ts";
import type { SyftDocument } from "../../../schemas/syft.ts";
import { visible } from "../../findings/visible.ts";

/**
 * Holds syft's report against itself: a package lies somewhere below the scanned root, in a file that the report names too.
 * @throws GateError DOCUMENT_INVALID
 */
export function checkPlaces({ artifacts, files }: SyftDocument): void {
  const named = new Set(files.map(({ location }) => location.path));
  for (const path of named) if (!/^\/(?:tree|config)\//.test(path)) throw invalid(`a file outside: ${path}`);
  for (const { name, locations } of artifacts) {
    if (locations.length === 0) throw invalid(`${name} lies nowhere`);
    const foreign = locations.find(({ path }) => !named.has(path));
    if (foreign !== undefined) throw invalid(`${name} lies in a file that is not listed: ${foreign.path}`);
  }
}

function invalid(found: string): GateError {
  return new GateError("DOCUMENT_INVALID", `syft report: ${visible(found).slice(0, 300)}`);
}
