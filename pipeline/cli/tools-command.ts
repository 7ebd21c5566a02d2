import { GateError } from "../../schemas/error.ts";
import { ensureTools, installTool, listTools, verifyTools } from "../execute/host/tools/index.ts";
import { PINS } from "./pins.ts";
import { openScreen } from "./screen.ts";
import { toolContext } from "./tools.ts";
import type { World } from "./world.ts";

interface ToolsOptions {
  readonly action: "install" | "list" | "verify";
  readonly tool?: readonly string[] | undefined;
  readonly force: boolean;
  readonly json: boolean;
}

/** `supply-gate tools`: installs, lists or verifies the pinned scanners of this user's cache. */
export async function toolsCommand(options: ToolsOptions, world: World): Promise<number> {
  const names = options.tool ?? Object.keys(PINS.tools).sort();
  const unknown = names.find((name) => !Object.hasOwn(PINS.tools, name));
  if (unknown !== undefined) {
    throw new GateError(
      "USAGE_INVALID",
      `--tool: no tool "${unknown}"; known: ${Object.keys(PINS.tools).sort().join(", ")}`,
    );
  }
  const screen = openScreen(world, false);
  try {
    const context = toolContext(world, screen);
    if (options.action === "install" && options.force)
      for (const name of names) await installTool(name, PINS, context, { force: true });
    const tools =
      options.action === "install"
        ? [...(await ensureTools(names, PINS, context)).values()]
        : options.action === "list"
          ? await listTools(names, PINS, context)
          : await verifyTools(names, PINS, context);
    screen.close();
    if (options.json) world.stdout(`${JSON.stringify(tools, null, 2)}\n`);
    else for (const tool of tools) world.stdout(`${rowOf(tool)}\n`);
    return 0;
  } finally {
    screen.close();
  }
}

function rowOf(tool: {
  readonly name: string;
  readonly version: string;
  readonly route?: string | undefined;
  readonly digest?: string | undefined;
}): string {
  const found = tool.digest === undefined ? "not installed" : `${tool.route ?? ""}  sha256:${tool.digest}`;
  return `${tool.name.padEnd(14)} ${tool.version.padEnd(10)} ${found}`;
}
