import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";
import { decide } from "../decide/decide.ts";
import { FORMATS, type FormatName } from "../exchange/formats.ts";
import { visible } from "../findings/visible.ts";
import { withoutWaivers } from "../waivers/edit-file.ts";
import { subjectOf, type WaiverState } from "../waivers/judge-waivers.ts";
import { readWaivers } from "../waivers/read-waivers.ts";
import { readResults } from "./base-results.ts";
import { compileWaivers, type ExchangeOptions, importWaivers } from "./waivers-exchange.ts";
import type { World } from "./world.ts";

interface WaiversOptions extends ExchangeOptions {
  readonly action: "list" | "check" | "prune" | "compile" | "import";
}

const NOT_ALL_COUNT = 1;

/** Options of `waivers`. */
export function waiversOptions(y: Argv) {
  return y
    .positional("action", {
      type: "string",
      choices: ["list", "check", "prune", "compile", "import"] as const,
      demandOption: true,
    })
    .positional("file", { type: "string", default: "supply-gate.waivers.yaml", describe: "the waiver file" })
    .option("out", { type: "string", default: "out", describe: "results of a run to hold it against" })
    .option("format", { type: "string", choices: Object.keys(FORMATS) as FormatName[], describe: "compile, import" })
    .option("author", { type: "string", default: "supply-gate", describe: "compile: who says so, in VEX documents" })
    .option("from", { type: "string", describe: "import: the other tool's file" })
    .option("owner", { type: "string", describe: "import: who answers for it" })
    .option("approver", { type: "string", describe: "import: who agreed" })
    .example("$0 waivers compile --format openvex > vex.openvex.json", "what can't be said is told on stderr")
    .example("$0 waivers import --format osv-scanner --from osv-scanner.toml --owner web --approver security", "")
    .example("$0 waivers list --out out", "each waiver, what it covers, and what is wrong with it")
    .example("$0 waivers prune --out out", "takes out what has expired, covers nothing or stands twice")
    .epilogue("Exit status: 0 every waiver counts, 1 (check) one does not, 2 the file is not valid");
}

/**
 * `supply-gate waivers`: a waiver file held against the results of an earlier run, on that run's date.
 * @throws GateError WAIVERS_INVALID with line and column; USAGE_INVALID without results
 */
export function waiversCommand(options: WaiversOptions, world: World): number {
  const { action, file, out } = options;
  if (action === "import") return importWaivers(options, world);
  const path = resolve(world.cwd, file);
  const input = readResults(resolve(world.cwd, out), out);
  const text = textOf(path, file);
  if (action === "compile") return compileWaivers(text, options, world);
  const waivers: WaiverFile = readWaivers(text, file, input.policy.waivers);
  const states = decide({ ...input, waivers }).waivers;
  const dead = states.flatMap(({ problem }, index) => (problem !== undefined && DEAD.has(problem) ? [index] : []));
  if (action === "prune") {
    if (dead.length > 0) writeFileSync(path, withoutWaivers(text, new Set(dead)));
    world.stdout(`${file}: ${dead.length} taken out, ${states.length - dead.length} left\n`);
    return 0;
  }
  const shown = action === "list" ? states : states.filter(({ problem }) => problem !== undefined);
  for (const state of shown) world.stdout(`${line(state)}\n`);
  if (shown.length === 0)
    world.stdout(
      `${file}: ${states.length === 1 ? "1 waiver, it counts" : `${states.length} waivers, all of them count`}\n`,
    );
  return action === "check" && states.some(({ problem }) => problem !== undefined && problem !== "expiring")
    ? NOT_ALL_COUNT
    : 0;
}

/** What no date and no edit of the tree will make count again without somebody's decision. */
const DEAD: ReadonlySet<string> = new Set(["expired", "unused", "duplicate"]);

function line({ waiver, problem, covers }: WaiverState): string {
  const { owner, expires, reason } = waiver;
  const state = problem ?? "counts";
  const of = covers.length === 0 ? "" : `, covers ${covers.join(", ")}`;
  return visible(`${state.padEnd(9)} ${subjectOf(waiver)}: ${owner} until ${expires}${of}: ${reason}`);
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new GateError("WAIVERS_INVALID", `${file}: can't be read (${code})`, { cause, next: "supply-gate waive" });
  }
}
