import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ArtifactsOptions, artifactsCommand } from "../../pipeline/cli/artifacts-command.ts";
import { thisWorld } from "../../pipeline/cli/world.ts";
import { ExportRecord } from "../../schemas/protocol/export-record.ts";
import { FlightEvent } from "../../schemas/protocol/flight-event.ts";

/** Carries `supply-gate artifacts` out in a folder, at a time. */
export function artifacts(
  action: ArtifactsOptions["action"],
  place: string,
  more: { id?: string; to?: string; apply?: boolean; cwd?: string; now?: Date } = {},
): { status: number; text: string } {
  let text = "";
  const stdout = (piece: string): void => {
    text += piece;
  };
  const { id, to, apply = false, cwd = place, now = new Date() } = more;
  const world = { ...thisWorld(new AbortController().signal, false), cwd, now: () => now, stdout };
  const status = artifactsCommand({ action, place, id, to, apply }, world);
  return { status, text };
}

/** What the recorder beside the artifacts was told since the run ended. */
export function toldOf(folder: string): FlightEvent[] {
  const lines = readFileSync(join(folder, "run/flight-recorder.jsonl"), "utf8").trimEnd().split("\n");
  const events = lines.map((line) => FlightEvent.parse(JSON.parse(line)));
  return events.slice(events.findIndex(({ type }) => type === "run_ended") + 1);
}

export function exportRecords(folder: string): ExportRecord[] {
  const place = join(folder, "run/exports");
  return readdirSync(place)
    .sort()
    .map((name) => ExportRecord.parse(JSON.parse(readFileSync(join(place, name), "utf8"))));
}
