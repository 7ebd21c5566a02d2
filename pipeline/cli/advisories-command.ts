import { resolve } from "node:path";
import type { Mode } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { buildSnapshot, storeSnapshot } from "../advisories/build.ts";
import { inspectSnapshot } from "../advisories/inspect.ts";
import { OSV_BUCKET, PUBLISHED_ECOSYSTEMS, pullSnapshot } from "../advisories/pull.ts";
import { newestSnapshot, type OpenedSnapshot, openSnapshot } from "../advisories/snapshot.ts";
import { visible } from "../findings/visible.ts";
import { bumpCommand } from "./bump-command.ts";
import { openScreen, type Screen } from "./screen.ts";
import { foundOf } from "./snapshot.ts";
import type { World } from "./world.ts";

interface AdvisoriesOptions {
  readonly action: "pull" | "build" | "inspect" | "bump";
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly ecosystem?: readonly string[] | undefined;
  readonly advisories?: string | undefined;
  readonly package?: string | undefined;
  readonly allowRejected: boolean;
  readonly json: boolean;
  /** What a bump looks at. */
  readonly path?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly policy?: string | undefined;
  readonly waivers?: string | undefined;
  readonly asOf?: string | undefined;
  readonly lock?: string | undefined;
  readonly write?: boolean | undefined;
  readonly lockOnly?: boolean | undefined;
  readonly sandbox?: "auto" | "none" | undefined;
}

/** `supply-gate advisories`: gets, builds or looks into an advisory snapshot, or says what a newer one changes for a tree. */
export async function advisoriesCommand(options: AdvisoriesOptions, world: World): Promise<number> {
  const screen = openScreen(world, false);
  try {
    if (options.action === "inspect") {
      await inspect(options, world);
      return 0;
    }
    if (options.action === "bump") return await bump(options, world, screen);
    const snapshot =
      options.action === "pull" ? await pull(options, world, screen) : await build(options, world, screen);
    screen.close();
    const { dir: _dir, ...manifest } = snapshot;
    world.stdout(options.json ? `${JSON.stringify(manifest, null, 2)}\n` : describe(snapshot));
    return 0;
  } finally {
    screen.close();
  }
}

async function bump(options: AdvisoriesOptions, world: World, screen: Screen): Promise<number> {
  const { path = ".", from = "pull", mode = "review", sandbox = "auto", write = false, lockOnly = false } = options;
  // The one scanner that is needed has no use for an engine of containers.
  const whole = { ...options, path, from, mode, sandbox, write, lockOnly, engine: "host" as const, out: undefined };
  return await bumpCommand(whole, async () => foundOf(await pull(options, world, screen)), world, screen);
}

async function pull(options: AdvisoriesOptions, world: World, screen: Screen): Promise<OpenedSnapshot> {
  const { baseUrl = OSV_BUCKET, ecosystem = PUBLISHED_ECOSYSTEMS } = options;
  return await pullSnapshot(
    { baseUrl, ecosystems: ecosystem, cacheRoot: world.cacheRoot },
    {
      signal: world.signal,
      onBytes: progress(world, screen),
      onRecords: (name, count) => screen.note(`${name}: ${count} records`),
    },
  );
}

/** At most one line for every tenth of a download, so that a log stays readable. */
function progress(world: World, screen: Screen): (ecosystem: string, bytes: number, total: number | null) => void {
  const told = new Map<string, number>();
  return (ecosystem, bytes, total) => {
    const step =
      total === null ? Math.floor(bytes / 10_000_000) : Math.floor((bytes / total) * (world.interactive ? 100 : 10));
    if (told.get(ecosystem) === step) return;
    told.set(ecosystem, step);
    const whole = total === null ? "" : ` of ${(total / 1e6).toFixed(1)}`;
    screen.note(`${ecosystem}: ${(bytes / 1e6).toFixed(1)}${whole} MB`);
  };
}

async function build(options: AdvisoriesOptions, world: World, screen: Screen): Promise<OpenedSnapshot> {
  if (options.from === undefined) {
    throw new GateError("USAGE_INVALID", "advisories build: --from is missing", {
      next: "name a folder in osv.dev's layout: <Ecosystem>/all.zip",
    });
  }
  const from = resolve(world.cwd, options.from);
  const context = {
    allowRejected: options.allowRejected,
    onRecords: (name: string, count: number) => screen.note(`${name}: ${count} records`),
  };
  return options.to === undefined
    ? await storeSnapshot(from, world.cacheRoot, context)
    : await buildSnapshot(from, resolve(world.cwd, options.to), context);
}

async function inspect(options: AdvisoriesOptions, world: World): Promise<void> {
  const snapshot =
    options.advisories === undefined
      ? await newestSnapshot(world.cacheRoot)
      : await openSnapshot(resolve(world.cwd, options.advisories));
  if (snapshot === null) {
    throw new GateError("USAGE_INVALID", "advisories inspect: no snapshot in the cache", {
      next: "supply-gate advisories pull",
    });
  }
  const inspection = await inspectSnapshot(snapshot.dir, options.package);
  world.stdout(`${JSON.stringify(inspection, null, 2)}\n`);
}

function describe({ dir, snapshotId, newestModified, ecosystems }: OpenedSnapshot): string {
  const rows = ecosystems.map(
    ({ name, records, withdrawn, newestModified: newest }) =>
      `  ${name.padEnd(10)} ${String(records).padStart(8)} records, ${withdrawn} withdrawn, newest ${newest}`,
  );
  return `snapshot ${snapshotId}\n${rows.join("\n")}\n  newest record ${newestModified}\n  in ${visible(dir)}\n`;
}
