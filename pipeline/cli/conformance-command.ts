import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import { type CaseResult, checkEngine } from "../conformance/check-engine.ts";
import { expectedDigest } from "../conformance/golden.ts";
import { REGISTRY } from "../protocol/registry/bundled.ts";
import { realAdapter } from "./conformance-adapter.ts";
import { recordStandings } from "./conformance-record.ts";
import type { RunOptions } from "./gate.ts";
import { openScreen } from "./screen.ts";
import type { World } from "./world.ts";

interface ConformanceOptions extends Pick<RunOptions, "engine" | "sandbox" | "images"> {
  readonly engineId?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function conformanceOptions<T>(y: Argv<T>) {
  return y
    .option("engine-id", { type: "string", describe: "one engine of the registry alone" })
    .example("$0 conformance", "every engine, with its real tool: about a minute")
    .example("$0 conformance --engine-id engine.guard.secret_scan --json", "one of them; every case as JSON")
    .epilogue(
      "Exit status: 0 when every case ended as expected, 3 when one did not: run does not call that engine then.",
    );
}

/**
 * `supply-gate conformance`: puts each engine of the registry through its cases, on the way that runs take (protocol H), and remembers how it ended.
 * @throws GateError USAGE_INVALID for an engine that the registry does not have
 */
export async function conformanceCommand(options: ConformanceOptions, world: World): Promise<number> {
  const engines = Object.values(REGISTRY.engines).filter(
    ({ engine_id: id }) => options.engineId === undefined || options.engineId === id,
  );
  if (engines.length === 0) {
    throw new GateError("USAGE_INVALID", `--engine-id: found "${options.engineId}", which the registry does not have`, {
      next: `one of ${Object.keys(REGISTRY.engines).join(", ")}`,
    });
  }
  const screen = openScreen(world, options.quiet);
  const work = mkdtempSync(join(tmpdir(), "supply-gate-conformance-"));
  try {
    const adapter = await realAdapter(work, options, world);
    const results: CaseResult[] = [];
    for (const engine of engines) {
      screen.note(engine.engine_id);
      const told = (done: CaseResult) =>
        screen.note(`  ${done.case}: ${done.found === null ? "as expected" : "not as expected"}`);
      results.push(...(await checkEngine(engine, adapter, expectedDigest, told)));
    }
    recordStandings(results, world);
    screen.close();
    world.stdout(options.json ? `${JSON.stringify(results, null, 2)}\n` : tableOf(results));
    return results.every(({ found }) => found === null) ? 0 : 3;
  } finally {
    screen.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** A line for each engine, and two for each case that did not end as expected. */
function tableOf(results: readonly CaseResult[]): string {
  const engines = [...new Set(results.map(({ engine }) => engine))];
  const width = Math.max(...engines.map((engine) => engine.length));
  const lines = engines.flatMap((engine) => {
    const own = results.filter((each) => each.engine === engine);
    const failed = own.filter(({ found }) => found !== null);
    const sorts = (["golden", "reject", "result"] as const)
      .map((sort) => `${own.filter((each) => each.sort === sort).length} ${sort}`)
      .join(", ");
    const words = failed.length === 0 ? "conforms" : "does not conform";
    return [
      `${engine.padEnd(width)}  ${words}: ${own.length - failed.length} of ${own.length} cases (${sorts})`,
      ...failed.map(({ case: name, expected, found }) => `  ${name}: found ${found}, expected ${expected}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}
