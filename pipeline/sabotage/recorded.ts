import type { ToolPins } from "../../schemas/pins.ts";
import type { Case } from "./case.ts";
import type { Doors } from "./doors.ts";
import { engineCases } from "./engines.ts";
import { loaderCases } from "./loaders.ts";
import type { Replay } from "./replay.ts";
import { snapshotCases } from "./snapshots.ts";
import { stageCases } from "./stages.ts";
import { stepCases } from "./steps.ts";
import { storedCases } from "./stored.ts";

export interface Attacked {
  readonly replays: readonly Replay[];
  readonly doors: Doors;
  /** Folder of an advisory snapshot, of which copies are attacked. */
  readonly snapshot: string;
  readonly pins: ToolPins;
}

/** Every attack that needs no tool, in the order of the table. */
export function recordedCases({ replays, doors, snapshot, pins }: Attacked): Case[] {
  const others = (replay: Replay) => replays.filter((other) => other !== replay);
  return [
    ...replays.flatMap((replay) => stepCases(replay, others(replay))),
    ...replays.flatMap((replay) => storedCases(replay, others(replay), doors)),
    ...replays.flatMap((replay) => engineCases(replay, doors)),
    ...replays.flatMap((replay) => loaderCases(replay)),
    ...snapshotCases(snapshot),
    ...stageCases(pins),
  ];
}
