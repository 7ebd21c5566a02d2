import { type Waiver, WaiverFile } from "../../schemas/waivers.ts";
import { readYaml } from "../../schemas/yaml.ts";

/** Reads a waiver file. @throws GateError WAIVERS_INVALID with line and column */
export function readWaivers(text: string, name: string): WaiverFile {
  return readYaml(WaiverFile, text, name, "WAIVERS_INVALID");
}

/** The waiver that covers a finding or a gap by its id on the as-of date; one that has expired covers nothing. */
export function waiverOf(id: string, waivers: WaiverFile | null, asOf: string): Waiver | undefined {
  return waivers?.waivers.find((waiver) => waiver.finding === id && asOf.slice(0, 10) <= waiver.expires);
}
