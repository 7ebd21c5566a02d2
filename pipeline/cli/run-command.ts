import type { Decision } from "../decide/decide.ts";
import { type RunOptions, runGate } from "./gate.ts";
import { openScreen } from "./screen.ts";
import { verdictText } from "./verdict-text.ts";
import type { World } from "./world.ts";

export interface Printing {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** `supply-gate run`: gates a folder; the exit status is the verdict's. */
export async function runGateCommand(options: RunOptions & Printing, world: World): Promise<number> {
  const screen = openScreen(world, options.quiet);
  let decision: Decision;
  try {
    ({ decision } = await runGate(options, world, screen));
  } finally {
    screen.close();
  }
  if (options.json) world.stdout(`${JSON.stringify(decision.verdict, null, 2)}\n`);
  else if (!options.quiet) world.stdout(verdictText(decision, options.out, world.colors));
  return decision.verdict.exitCode;
}
