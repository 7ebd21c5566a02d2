import type { Case } from "../case.ts";
import { openBench } from "./bench.ts";
import { databaseCases } from "./databases.ts";
import { endCases } from "./ends.ts";
import { programCases } from "./programs.ts";
import { replacedCases } from "./replaced.ts";
import { stageCases } from "./stages.ts";
import type { LiveWorld } from "./world.ts";

/** Every attack with real tools. Each takes a second or so. */
export function liveCases(world: LiveWorld): Case[] {
  const bench = openBench(world);
  return [
    ...replacedCases(bench),
    ...endCases(bench),
    ...databaseCases(bench),
    ...stageCases(bench),
    ...programCases(bench),
  ];
}
