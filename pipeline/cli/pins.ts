import { ToolPins } from "../../schemas/pins.ts";
import { readValue } from "../../schemas/read.ts";
import type { PinnedTools } from "../../schemas/tools.ts";
import { digestOf } from "../findings/digest.ts";
import tools from "../pins/tools.json" with { type: "json" };
import { VERSION } from "./version.ts";

/** The pinned tools, as they are built into this program. */
export const PINS: ToolPins = readValue(ToolPins, tools, "pins/tools.json", "PIN_MISMATCH");

/** This program and its pinned tools, as a decision names them. */
export const TOOLS: PinnedTools = {
  schemaVersion: "supply-gate/tools-1",
  gate: VERSION,
  tools: Object.fromEntries(
    Object.entries(PINS.tools).map(([name, pin]) => [name, { version: pin.version, pinSha256: digestOf(pin) }]),
  ),
};
