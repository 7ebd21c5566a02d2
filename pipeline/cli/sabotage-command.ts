import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Argv } from "yargs";
import type { Mode } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Case } from "../sabotage/case.ts";
import { CLEAN_PROJECT } from "../sabotage/clean-project.ts";
import type { Doors } from "../sabotage/doors.ts";
import { recordedCases } from "../sabotage/recorded.ts";
import type { Recording } from "../sabotage/recording.ts";
import { openReplay, type Replay } from "../sabotage/replay.ts";
import { sumOf, tableText } from "../sabotage/table.ts";
import { tryAll } from "../sabotage/try-all.ts";
import { decideCommand } from "./decide-command.ts";
import { demoProject } from "./demo.ts";
import type { GateOptions } from "./inputs.ts";
import { PINS } from "./pins.ts";
import { recordRun } from "./sabotage-recording.ts";
import { openScreen, type Screen } from "./screen.ts";
import type { World } from "./world.ts";

interface SabotageOptions extends Pick<GateOptions, "policy" | "waivers" | "asOf"> {
  readonly path?: string | undefined;
  readonly mode: Mode;
  readonly advisories?: string | undefined;
  readonly sandbox: "auto" | "none";
  readonly json: boolean;
}

/** `supply-gate sabotage`: runs the gate, attacks everything that it decides on, and says what was not noticed. 0 only when all was. */
export async function sabotageCommand(options: SabotageOptions, world: World): Promise<number> {
  const screen = openScreen(world, false);
  const work = mkdtempSync(join(tmpdir(), "supply-gate-sabotage-"));
  try {
    const demo = await demoProject(join(work, "demo"));
    const clean = cleanProject(join(work, "clean"));
    const recordings = await recorded(options, { demo, clean, work }, world, screen);
    const cases = casesOfRuns(recordings, demo.advisories, world, screen);
    screen.note(`${cases.length} attacks`);
    const tried = await tryAll(cases, world.signal, (done) => screen.note(`${done} of ${cases.length} tried`));
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

type Demo = Awaited<ReturnType<typeof demoProject>>;

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
  { demo, clean, work }: { demo: Demo; clean: string; work: string },
  world: World,
  screen: Screen,
): Promise<Recording[]> {
  const { path, sandbox, policy, waivers, mode, asOf, advisories } = options;
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

function cleanProject(folder: string): string {
  for (const [name, text] of Object.entries(CLEAN_PROJECT)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
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
    .option("mode", { type: "string", choices: ["review", "release"] as const, default: "review" as const })
    .option("policy", { type: "string", describe: "policy file" })
    .option("waivers", { type: "string", describe: "waiver file" })
    .option("advisories", { type: "string", describe: "advisory snapshot (default: the newest in the cache)" })
    .option("as-of", { type: "string", describe: "the date that stands for now" })
    .option("sandbox", { type: "string", choices: ["auto", "none"] as const, default: "auto" as const })
    .option("json", { type: "boolean", default: false, describe: "every case as JSON" })
    .example("$0 sabotage", "attack the gate over two small projects that ship with it")
    .example("$0 sabotage . --policy supply-gate.policy.yaml", "attack it over this folder")
    .epilogue("Exit status: 0 when no attack ends PASSED or with a finding less, 1 when one does.");
}
