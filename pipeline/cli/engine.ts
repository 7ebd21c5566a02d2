import { GateError } from "../../schemas/error.ts";
import type { RunRecord } from "../../schemas/run.ts";
import type { Engine } from "../execute/engine.ts";
import { createHostEngine } from "../execute/host/engine.ts";
import { ensureTools, type InstalledTool } from "../execute/host/tools/index.ts";
import type { Planning } from "../plan/plan.ts";
import { probeDagger } from "./dagger.ts";
import type { PlannedJob } from "./evidence.ts";
import { PINS } from "./pins.ts";
import type { Screen } from "./screen.ts";
import { toolContext } from "./tools.ts";
import type { World } from "./world.ts";

export type EngineChoice = "auto" | "host" | "dagger";

export interface EngineRequest {
  readonly engine: EngineChoice;
  readonly sandbox: "auto" | "none";
  readonly images?: string | undefined;
  readonly root: string;
  readonly planned: readonly PlannedJob[];
  readonly planning: Planning;
  readonly advisories: string | undefined;
  /** Folder with what the history brings. */
  readonly history?: string | undefined;
  readonly runDir: string;
}

export interface OpenedEngine {
  readonly engine: Engine;
  /** Why this engine. */
  readonly reason: string;
  /** Tools that could not be had here; their jobs are incomplete. */
  readonly missing: ReadonlyMap<string, GateError>;
  /** What is known of the tools' bytes on this machine. */
  readonly tools: RunRecord["tools"];
}

/** Opens the engine that is asked for; `auto` is Dagger where one answers, else the host. Says which, and why. */
export async function openEngine(request: EngineRequest, world: World, screen: Screen): Promise<OpenedEngine> {
  if (request.engine !== "host") {
    const dagger = await probeDagger(request, world);
    if (dagger.engine !== null) {
      screen.note(`engine: dagger (${dagger.reason})`);
      return { engine: dagger.engine, reason: dagger.reason, missing: new Map(), tools: {} };
    }
    if (request.engine === "dagger") {
      throw new GateError("ENGINE_UNAVAILABLE", `--engine dagger: ${dagger.reason}`, {
        next: "start an engine, or use --engine host",
      });
    }
    return openHost(request, world, screen, dagger.reason);
  }
  return openHost(request, world, screen, "asked for");
}

async function openHost(request: EngineRequest, world: World, screen: Screen, reason: string): Promise<OpenedEngine> {
  const names = [...new Set(request.planned.map(({ step }) => step.tool))];
  const tools = new Map<string, InstalledTool>();
  const missing = new Map<string, GateError>();
  for (const name of names) {
    try {
      for (const [key, tool] of await ensureTools([name], PINS, toolContext(world, screen))) tools.set(key, tool);
    } catch (error) {
      if (!(error instanceof GateError) || error.code !== "TOOL_UNAVAILABLE") throw error;
      missing.set(name, error);
    }
  }
  const engine = await createHostEngine({
    source: request.root,
    advisories: request.advisories,
    history: request.history,
    tools,
    runDir: request.runDir,
    cpus: world.cpus,
    memoryBytes: world.memoryBytes,
    sandbox: request.sandbox,
    env: world.env,
  });
  screen.note(`engine: host, isolation: ${engine.isolation} (${reason})`);
  const records = [...tools].map(([name, { version, route, digest }]) => [name, { version, route, digest }] as const);
  return { engine, reason, missing, tools: Object.fromEntries(records) };
}
