import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GateError } from "../../../../schemas/error.ts";
import type { ToolPins } from "../../../../schemas/pins.ts";
import type { ToolRecord } from "../../../../schemas/tool-record.ts";
import { checkFiles, type Place, placeOf, readRecord } from "./cache.ts";
import { type InstalledTool, RouteFault, type ToolContext } from "./context.ts";
import { installTool } from "./install.ts";
import { probeTool } from "./probe.ts";
import { storageError } from "./storage.ts";

export type { InstalledTool, ToolContext } from "./context.ts";
export { installTool } from "./install.ts";

/** A tool as the cache's record tells it; without `digest` it is not installed. */
type ListedTool = Pick<InstalledTool, "name" | "version"> &
  Partial<Pick<InstalledTool, "dir" | "route" | "digest"> & Pick<ToolRecord, "builtWith" | "installedAt">>;

/**
 * All named tools, those that are missing installed one after the other.
 * @throws GateError as `installTool` does, for the first that can't be had
 */
export async function ensureTools(
  names: readonly string[],
  pins: ToolPins,
  ctx: ToolContext,
): Promise<Map<string, InstalledTool>> {
  const tools = new Map<string, InstalledTool>();
  for (const name of names) tools.set(name, await installTool(name, pins, ctx));
  return tools;
}

/** What is installed, by the records alone: no file of a tool is looked at. @throws GateError PIN_MISMATCH for a broken record */
export function listTools(names: readonly string[], pins: ToolPins, ctx: ToolContext): ListedTool[] {
  return names.map((name) => {
    const place = placeOf(name, pins, ctx);
    return listed(place, readRecord(place));
  });
}

/**
 * Reads every file of the named tools again and starts each of them. Tools that are not installed are listed as such.
 * @throws GateError PIN_MISMATCH naming all tools that are not what was installed
 */
export async function verifyTools(names: readonly string[], pins: ToolPins, ctx: ToolContext): Promise<ListedTool[]> {
  const tools: ListedTool[] = [];
  const differing: string[] = [];
  for (const name of names) {
    try {
      tools.push(await verifyTool(placeOf(name, pins, ctx), ctx));
    } catch (cause) {
      if (!(cause instanceof RouteFault || (cause instanceof GateError && cause.code === "PIN_MISMATCH"))) {
        throw storageError(cause, ctx.cacheRoot) ?? cause;
      }
      ctx.log({ tool: name, phase: "differs", detail: cause.message });
      differing.push(cause instanceof RouteFault ? `${name}: ${cause.message}` : cause.message);
    }
  }
  if (differing.length === 0) return tools;
  const next = "find out who changed them, then run: supply-gate tools install --force";
  throw new GateError("PIN_MISMATCH", differing.join("; "), { next });
}

async function verifyTool(place: Place, ctx: ToolContext): Promise<ListedTool> {
  const record = readRecord(place);
  if (record !== null) {
    ctx.log({ tool: place.name, phase: "verifying", detail: `${record.files} files` });
    await checkFiles(place, record, ctx);
    const scratch = mkdtempSync(join(tmpdir(), "supply-gate-verify-"));
    try {
      await probeTool(place, join(place.entry, "tool"), scratch, ctx.signal);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  return listed(place, record);
}

function listed({ name, pin, entry }: Place, record: ToolRecord | null): ListedTool {
  if (record === null) return { name, version: pin.version };
  const { route, digest, builtWith, installedAt } = record;
  return { name, version: pin.version, dir: join(entry, "tool"), route, digest, builtWith, installedAt };
}
