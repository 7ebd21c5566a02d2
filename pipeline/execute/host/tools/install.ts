import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../../../schemas/error.ts";
import type { ToolPin, ToolPins } from "../../../../schemas/pins.ts";
import { type Built, findInstalled, type Place, placeOf, publish } from "./cache.ts";
import { type InstalledTool, RouteFault, type ToolContext } from "./context.ts";
import { installGo } from "./go.ts";
import { withLock } from "./lock.ts";
import { installPip } from "./pip.ts";
import { probeTool } from "./probe.ts";
import { installRelease } from "./release.ts";
import { storageError } from "./storage.ts";

/**
 * The pinned tool out of the cache, or installed into it by the first of its routes that is open. It appears there as a whole or not at all.
 *
 * @throws GateError TOOL_UNAVAILABLE when every route is closed, saying why each; PIN_MISMATCH when something has another digest than
 * the pin, or an installed file was changed; STORAGE_FAILED when the cache can't be written
 */
export async function installTool(
  name: string,
  pins: ToolPins,
  ctx: ToolContext,
  { force = false }: { readonly force?: boolean } = {},
): Promise<InstalledTool> {
  const place = placeOf(name, pins, ctx);
  try {
    const found = force ? null : await findInstalled(place, ctx);
    if (found !== null) return found;
    mkdirSync(place.folder, { recursive: true });
    const onWait = (owner: string) =>
      ctx.log({ tool: name, phase: "waiting", detail: `for ${owner}, which installs it` });
    return await withLock(join(place.folder, ".lock"), { signal: ctx.signal, onWait, started: ctx.now() }, async () => {
      const meanwhile = force ? null : await findInstalled(place, ctx);
      return meanwhile ?? (await install(place, ctx));
    });
  } catch (cause) {
    throw storageError(cause, ctx.cacheRoot) ?? cause;
  }
}

async function install(place: Place, ctx: ToolContext): Promise<InstalledTool> {
  removeLeftovers(place.folder);
  const work = mkdtempSync(join(place.folder, ".new-"));
  const faults: string[] = [];
  try {
    for (const route of place.pin.routes) {
      try {
        const folder = join(work, route.route);
        const built = await follow(route, place, folder, ctx);
        await probeTool(place, join(folder, "entry", "tool"), join(folder, "scratch", "probe"), ctx.signal);
        const tool = await publish(place, join(folder, "entry"), built, ctx);
        ctx.log({ tool: place.name, phase: "installed", detail: `${tool.version} by ${tool.route}` });
        return tool;
      } catch (cause) {
        if (!(cause instanceof RouteFault)) throw cause;
        ctx.log({ tool: place.name, phase: "route closed", detail: `${route.route}: ${cause.message}` });
        faults.push(`${route.route}: ${cause.message}`);
      }
    }
    const message = `${place.name} ${place.pin.version} can't be installed on ${place.platform}: ${faults.join("; ")}`;
    throw new GateError("TOOL_UNAVAILABLE", message, { next: byHand(place.pin) });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function follow(
  route: ToolPin["routes"][number],
  place: Place,
  folder: string,
  ctx: ToolContext,
): Promise<Built> {
  const tool = join(folder, "entry", "tool");
  const scratch = join(folder, "scratch");
  for (const path of [dirname(tool), scratch]) mkdirSync(path, { recursive: true });
  switch (route.route) {
    case "release":
      return await installRelease(route, place, tool, ctx);
    case "go":
      return await installGo(route, place, tool, scratch, ctx);
    case "pip":
      return await installPip(route, place, tool, scratch, ctx);
  }
}

/** Whoever holds the lock is the only one who installs, so what lies there is of one that died. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (/^\.(new|old)-/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** What a person can do who wants the tool here. */
function byHand({ routes }: ToolPin): string {
  const ways = routes.map((route) => {
    if (route.route === "release")
      return `let ${new URL(Object.values(route.archives)[0]?.url ?? "https://github.com").host} through`;
    if (route.route === "go") return `install Go >= ${route.minimumGo}, which builds it from its sources`;
    return `install Python ${route.pythons[0]} with venv on ${route.platforms.join(", ")}, which runs it`;
  });
  return [...ways, "use --engine dagger"].join("; or ");
}
