import { ToolPins } from "../../schemas/pins.ts";
import { readValue } from "../../schemas/read.ts";
import tools from "../pins/tools.json" with { type: "json" };

/** The pinned tools, as they are built into this program. */
export const PINS: ToolPins = readValue(ToolPins, tools, "pins/tools.json", "PIN_MISMATCH");

/** Name and version of each pinned tool. */
export const TOOL_VERSIONS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PINS.tools).map(([name, { version }]) => [name, version]),
);
