import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import { storing } from "../advisories/storing.ts";
import { type Decision, decide } from "../decide/decide.ts";
import { ADVISED } from "../split/attribute.ts";
import { bumpOf } from "../split/bump.ts";
import { lockText, readLock } from "./advisories-lock.ts";
import { bumpLine, bumpText, type ToldBump } from "./bump-text.ts";
import type { ExecutionOptions } from "./execution.ts";
import { type GateOptions, readInputs } from "./inputs.ts";
import type { Screen } from "./screen.ts";
import { type FoundSnapshot, findSnapshot } from "./snapshot.ts";
import { runCell } from "./split-run.ts";
import type { World } from "./world.ts";

export interface BumpOptions extends GateOptions, ExecutionOptions {
  /** Folder of the new snapshot, `pull`, or `cache` for the newest that is here. */
  readonly from: string;
  /** The lock file; in the tree's root unless it is named. */
  readonly lock?: string | undefined;
  readonly write: boolean;
  /** Writes the lock without looking what it changes. */
  readonly lockOnly: boolean;
  readonly json: boolean;
}

/** Gets the newest advisories from the network. */
export type Pull = () => Promise<FoundSnapshot | null>;

/** Options of `advisories bump`, besides those of a run. */
export function bumpOptions<T>(y: Argv<T>) {
  return y
    .option("lock", { type: "string", describe: "bump: the lock file (default: advisories.lock.json in the source)" })
    .option("write", { type: "boolean", default: false, describe: "bump: write the lock file" })
    .option("lock-only", { type: "boolean", default: false, describe: "bump: without looking what it changes" });
}

/**
 * `supply-gate advisories bump`: says what newer advisories change for a tree before anybody commits them, then the lock that pins them.
 * @returns 0, or 3 when a scan could not tell; nothing is written then
 * @throws GateError as a run
 */
export async function bumpCommand(options: BumpOptions, pull: Pull, world: World, screen: Screen): Promise<number> {
  const lock = options.lock ?? join(options.path, "advisories.lock.json");
  const after = options.from === "pull" ? await pull() : await fromHere(options.from, world);
  if (after === null) {
    throw new GateError("ADVISORIES_INVALID", "advisories bump: found no snapshot, expected a newer one", {
      next: "name its folder with --from, or pull it: --from pull",
    });
  }
  const told = options.lockOnly
    ? null
    : await compared(options, await pinnedNow(lock, world, screen), after, world, screen);
  screen.close();
  if (told !== null && told.problems.length > 0) {
    world.stderr(told.problems.map((text) => `  ? ${text}\n`).join(""));
    return 3;
  }
  const text = lockText(after);
  if (options.write) await storing(lock, async () => writeFileSync(resolve(world.cwd, lock), text));
  if (options.json)
    world.stdout(`${JSON.stringify(told === null ? { lock: JSON.parse(text) } : jsonOf(told, text), null, 2)}\n`);
  else world.stdout(`${told === null ? "" : bumpText(told)}${options.write ? `wrote ${lock}\n` : text}`);
  return 0;
}

async function fromHere(from: string, world: World): Promise<FoundSnapshot | null> {
  return await findSnapshot(from === "cache" ? undefined : from, world);
}

/** A machine that never saw the pinned snapshot can bump all the same: to it, everything is new. */
async function pinnedNow(lock: string, world: World, screen: Screen): Promise<FoundSnapshot | null> {
  if (!existsSync(resolve(world.cwd, lock))) return null;
  const { snapshotId } = readLock(lock, world);
  try {
    return await findSnapshot(undefined, world, lock);
  } catch (error) {
    if (!(error instanceof GateError) || error.code !== "ADVISORIES_INVALID") throw error;
    screen.note(`the pinned snapshot ${snapshotId.slice(0, 16)} is not here: everything counts as new`);
    return null;
  }
}

interface Compared extends ToldBump {
  readonly problems: readonly string[];
}

async function compared(
  options: BumpOptions,
  before: FoundSnapshot | null,
  after: FoundSnapshot,
  world: World,
  screen: Screen,
): Promise<Compared> {
  const inputs = readInputs(options, world);
  const runDir = mkdtempSync(join(tmpdir(), "supply-gate-"));
  const ran = new Map();
  // Licences are no news of advisories.
  const facts = async () => [];
  const isolation = { kind: "none", egress: "not proved" } as const;
  try {
    const decided = async (name: string, snapshot: FoundSnapshot): Promise<Decision> => {
      const request = {
        inputs,
        isolation,
        runDir,
        name,
        root: inputs.root,
        snapshot,
        only: ADVISED,
        ran,
        facts,
      } as const;
      const { input } = await runCell(request, options, world, screen);
      for (const each of input.evidence.values()) ran.set(each.stepKey, each);
      return decide({ ...input, waivers: inputs.waivers });
    };
    const old = before === null ? null : await decided("pinned", before);
    const now = await decided("newest", after);
    const [was, is] = [old === null ? [] : advisedOf(old), advisedOf(now)];
    const dead = (old?.waivers ?? []).flatMap(({ waiver, covers }, index) =>
      covers.length > 0 && now.waivers[index]?.covers.length === 0 ? [waiver] : [],
    );
    for (const text of old === null ? [] : problemsOf(old)) screen.note(`by the pinned snapshot: ${text}`);
    return { before, after, bump: bumpOf(was, is), dead, problems: problemsOf(now) };
  } finally {
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** What kept the scan from telling; what the tree does not lock is no news. */
function problemsOf({ verdict }: Decision): string[] {
  return verdict.incomplete.filter(({ code }) => code !== "coverage-gap").map(({ message }) => message);
}

function advisedOf({ findings }: Decision) {
  return findings.filter(({ kind }) => kind === ADVISED);
}

function jsonOf({ before, after, bump, dead }: Compared, lock: string) {
  return {
    before: before?.summary ?? null,
    after: after.summary,
    line: bumpLine({ bump, dead }),
    ...bump,
    deadWaivers: dead,
    lock: JSON.parse(lock),
  };
}
