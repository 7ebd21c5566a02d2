import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Argv } from "yargs";
import type { Mode } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Case } from "../sabotage/case.ts";
import type { Doors } from "../sabotage/doors.ts";
import { liveCases } from "../sabotage/live/cases.ts";
import { recordedCases } from "../sabotage/recorded.ts";
import type { Recording } from "../sabotage/recording.ts";
import { openReplay, type Replay } from "../sabotage/replay.ts";
import { sumOf, tableText } from "../sabotage/table.ts";
import { tryAll } from "../sabotage/try-all.ts";
import { decideCommand } from "./decide-command.ts";
import type { GateOptions } from "./inputs.ts";
import { PINS } from "./pins.ts";
import { liveWorld } from "./sabotage-live.ts";
import { recordRun } from "./sabotage-recording.ts";
import { layOutTrees, type Trees } from "./sabotage-trees.ts";
import { openScreen, type Screen } from "./screen.ts";
import type { World } from "./world.ts";

interface SabotageOptions extends Pick<GateOptions, "policy" | "waivers" | "asOf"> {
  readonly path?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly advisories?: string | undefined;
  readonly sandbox?: "auto" | "none" | undefined;
  readonly live?: boolean | undefined;
  readonly match?: string | undefined;
  readonly json: boolean;
}

/** `supply-gate sabotage`: runs the gate, attacks everything that it decides on, and says what was not noticed. 0 only when all was. */
export async function sabotageCommand(options: SabotageOptions, world: World): Promise<number> {
  const screen = openScreen(world, false);
  const work = mkdtempSync(join(tmpdir(), "supply-gate-sabotage-"));
  try {
    const trees = await layOutTrees(work);
    const all = options.live
      ? liveCases(await liveWorld(trees, world, screen))
      : casesOfRuns(await recorded(options, { ...trees, work }, world, screen), trees.demo.advisories, world, screen);
    const cases = matching(all, options.match);
    screen.note(`${cases.length} attacks`);
    const tried = await tryAll(cases, world.signal, (done) => {
      if (done % (options.live ? TELL_EVERY.live : TELL_EVERY.recorded) === 0)
        screen.note(`${done} of ${cases.length} tried`);
    });
    screen.close();
    world.stdout(options.json ? `${JSON.stringify({ ...sumOf(tried), tried }, null, 2)}\n` : tableText(tried));
    return sumOf(tried).green.length === 0 ? 0 : 1;
  } finally {
    screen.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Where a job is incomplete before anything is touched, nothing shows whether an attack on it is noticed. */
function refuseVain(replays: readonly Replay[]): void {
  for (const { recording, untouched } of replays) {
    const [first] = untouched.verdict.incomplete;
    if (first === undefined) continue;
    throw new GateError(
      "USAGE_INVALID",
      `${recording.name}: found ${first.kind ?? "a job"} incomplete before anything was touched (${first.message}), expected every job complete`,
      { next: "mend that first, or name another folder" },
    );
  }
}

const TELL_EVERY = { live: 5, recorded: 500 };

/** A subset; one of nothing would be green for no reason. */
function matching(cases: readonly Case[], text: string | undefined): readonly Case[] {
  if (text === undefined) return cases;
  const kept = cases.filter(({ kind, group, name }) => `${kind} ${group}: ${name}`.includes(text));
  if (kept.length > 0) return kept;
  const groups = [...new Set(cases.map(({ kind, group }) => `${kind} ${group}`))].sort().join(", ");
  throw new GateError("USAGE_INVALID", `--match ${text}: found no attack of that name, expected a part of one`, {
    next: `these groups are there: ${groups}`,
  });
}

function casesOfRuns(recordings: readonly Recording[], snapshot: string, world: World, screen: Screen): Case[] {
  const replays = recordings.map(openReplay);
  for (const { recording, untouched } of replays)
    screen.note(`${recording.name}: untouched ${untouched.verdict.verdict}`);
  refuseVain(replays);
  return recordedCases({ replays, doors: doorsOf(world), snapshot, pins: PINS });
}

/** Without a path: a project in which there is nothing to find, and one that fails. */
async function recorded(
  options: SabotageOptions,
  { demo, clean, work }: Trees & { work: string },
  world: World,
  screen: Screen,
): Promise<Recording[]> {
  const { path, sandbox = "auto", policy, waivers, mode = "review", asOf, advisories } = options;
  const own = { out: join(work, "out"), sandbox };
  if (path !== undefined) {
    return [await recordRun(path, { ...own, path, policy, waivers, mode, asOf, advisories }, world, screen)];
  }
  const { policy: _, ...asDemo } = demo;
  return [
    await recordRun("the clean project", { ...own, ...asDemo, path: clean }, world, screen),
    await recordRun("the demo", { ...own, ...demo }, world, screen),
  ];
}

/** The commands that are attacked, silent: what they print is not asked for. */
function doorsOf(world: World): Doors {
  const quiet: World = { ...world, stdout: () => {}, stderr: () => {} };
  return {
    decideStored: (results) => decideCommand({ results, json: true }, quiet),
    decideSteps: ({ planned, ...folders }) => decideCommand({ results: planned, ...folders, json: false }, quiet),
  };
}

/** Options of `supply-gate sabotage`. */
export function sabotageOptions(y: Argv) {
  return y
    .positional("path", { type: "string", describe: "the source folder (default: a clean project and the demo)" })
    .option("mode", { type: "string", choices: ["review", "release"] as const, describe: "(default: review)" })
    .option("policy", { type: "string", describe: "policy file" })
    .option("waivers", { type: "string", describe: "waiver file" })
    .option("advisories", { type: "string", describe: "advisory snapshot (default: the newest in the cache)" })
    .option("as-of", { type: "string", describe: "the date that stands for now" })
    .option("sandbox", { type: "string", choices: ["auto", "none"] as const, describe: "(default: auto)" })
    .option("live", {
      type: "boolean",
      describe: "put other tools, limits, databases and disks in place of the real ones; takes minutes",
    })
    .conflicts("live", ["path", "mode", "policy", "waivers", "advisories", "as-of", "sandbox"])
    .option("match", { type: "string", describe: "only attacks with this in `kind group: name`" })
    .option("json", { type: "boolean", default: false, describe: "every case as JSON" })
    .example("$0 sabotage", "attack the gate over two small projects that ship with it")
    .example("$0 sabotage --live", "attack it with the real tools over the same two")
    .example("$0 sabotage . --policy supply-gate.policy.yaml", "attack it over this folder")
    .epilogue("Exit status: 0 when no attack ends PASSED or with a finding less, 1 when one does.");
}
