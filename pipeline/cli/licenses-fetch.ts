import { realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { GateError } from "../../schemas/error.ts";
import type { LicenseFact, MissingReason } from "../../schemas/license-fact.ts";
import { concludedLicense } from "../findings/concluded-license.ts";
import { judgeLicenses } from "../findings/license.ts";
import { visible } from "../findings/visible.ts";
import { ARCHIVE_LIMITS } from "../licenses/archive/limits.ts";
import { withDetections } from "../licenses/detections.ts";
import { type FetchWorld, fetchArchives } from "../licenses/fetch-facts.ts";
import { lockfileInventory } from "../licenses/lockfile-inventory.ts";
import { originsOf } from "../licenses/registry/registries.ts";
import { findFact, writeFact } from "../licenses/store.ts";
import { type Missing, type WantedArchive, type WantedArchives, wantedArchives } from "../licenses/wanted.ts";
import type { LicensesCommandOptions } from "./licenses-command.ts";
import { findRegistries } from "./licenses-registries.ts";
import { scanArchives } from "./licenses-scan.ts";
import { openScreen, type Screen } from "./screen.ts";
import type { World } from "./world.ts";

type FetchOptions = LicensesCommandOptions & { readonly facts: string };

const PARALLEL = 8;
const ATTEMPT_MS = 120_000;

/**
 * `supply-gate licenses fetch`: gets a fact for every locked package of a tree that has none yet. 0 all there, 3 something is missing.
 * @throws GateError USAGE_INVALID, SOURCE_INVALID, DOCUMENT_INVALID for a fact that is not as it was written
 */
export async function fetchLicenses(options: FetchOptions, world: World): Promise<number> {
  const began = world.now().getTime();
  const tree = wantedOf(options, world);
  const { facts: had, open } = knownFacts(options.facts, tree.wanted, options.scan !== false);
  const screen = openScreen(world, false);
  try {
    const answer = options.offline === true ? offline(open) : await online(open, options, world, screen);
    screen.close();
    const missing = [...tree.missing, ...answer.missing].sort((a, b) => (a.purl < b.purl ? -1 : 1));
    const seconds = (world.now().getTime() - began) / 1000;
    const unknown = [...had, ...answer.got].flatMap((fact) => unknownOf(fact) ?? []);
    const counts = { had: had.length, got: answer.got.length, ...answer.scan };
    const result = { ...counts, unknown, missing, broken: tree.broken, seconds };
    world.stdout(options.json === true ? `${JSON.stringify(result, null, 2)}\n` : textOf(result));
    return missing.length === 0 && tree.broken.length === 0 ? 0 : 3;
  } finally {
    screen.close();
  }
}

/** What the tree's lockfiles name. @throws GateError USAGE_INVALID for a lockfile that is not there */
export function wantedOf({ path = ".", lockfile }: LicensesCommandOptions, world: World): WantedArchives {
  const given = resolve(world.cwd, path);
  const inventory = lockfileInventory(given);
  const root = realpathSync(given);
  const only = lockfile?.map((each) => relative(given, resolve(given, each)));
  const unknown = only?.find((each) => !inventory.files.some((file) => file.path === each && file.lockfile));
  if (unknown !== undefined) {
    throw new GateError("USAGE_INVALID", `${visible(unknown)}: found no lockfile there, expected one of the tree`, {
      next: "name a lockfile relative to the source folder",
    });
  }
  return wantedArchives(root, inventory, only);
}

interface Known {
  readonly facts: readonly LicenseFact[];
  readonly open: readonly WantedArchive[];
}

/** A fact that no scanner looked at counts only where none is wanted. */
function knownFacts(folder: string, wanted: readonly WantedArchive[], scan: boolean): Known {
  const facts: LicenseFact[] = [];
  const open: WantedArchive[] = [];
  for (const each of wanted) {
    const fact = findFact(folder, each);
    if (fact === undefined || (scan && fact.scanner === null && fact.files.length > 0)) open.push(each);
    else facts.push(fact);
  }
  return { facts, open };
}

interface Answer {
  readonly got: readonly LicenseFact[];
  readonly missing: readonly Missing[];
  readonly scan: { readonly scanned: boolean; readonly notScanned: string | null };
}

const NOT_NEEDED = { scanned: false, notScanned: null };

function offline(open: readonly WantedArchive[]): Answer {
  const missing = open.map(({ purl, lockfile }) => ({
    purl,
    lockfile,
    reason: "network" as const,
    detail: "not asked for: --offline",
  }));
  return { got: [], missing, scan: NOT_NEEDED };
}

async function online(
  open: readonly WantedArchive[],
  options: FetchOptions,
  world: World,
  screen: Screen,
): Promise<Answer> {
  if (open.length === 0) return { got: [], missing: [], scan: NOT_NEEDED };
  const { got, missing } = await fetchArchives(open, await fetchWorld(open, options, world, screen));
  // First without detections: whatever ends the scan, what was downloaded is not lost.
  const plain = withDetections(got, new Map(), null);
  for (const fact of plain) writeFact(options.facts, fact);
  if (options.scan === false) return { got: plain, missing, scan: { scanned: false, notScanned: "--no-scan" } };
  const { facts, notScanned } = await scanArchives(got, world, screen);
  for (const fact of facts) writeFact(options.facts, fact);
  return { got: facts, missing, scan: { scanned: notScanned === null, notScanned } };
}

/** What downloading these needs: the caller's registries, and the bounds. @throws GateError USAGE_INVALID */
export async function fetchWorld(
  wanted: readonly WantedArchive[],
  { registry = [] }: LicensesCommandOptions,
  world: World,
  screen: Screen,
): Promise<FetchWorld> {
  const registries = await findRegistries(registry, new Set(wanted.map(({ ecosystem }) => ecosystem)), world);
  let told = 0;
  return {
    registries,
    origins: originsOf(registries),
    fetch: globalThis.fetch,
    sleep: (ms) => sleepFor(ms, undefined, { signal: world.signal }),
    signal: world.signal,
    attemptMs: ATTEMPT_MS,
    maxBytes: ARCHIVE_LIMITS.archiveBytes,
    limits: ARCHIVE_LIMITS,
    parallel: PARALLEL,
    onDone: (done, total) => {
      const tenth = Math.floor((done / total) * (world.interactive ? 100 : 10));
      if (tenth !== told) screen.note(`licence facts: ${done} of ${total} archives`);
      told = tenth;
    },
  };
}

interface Unknown {
  readonly purl: string;
  readonly why: string;
}

/** A fact by which nobody knows a licence, and why; undefined where there is one. */
function unknownOf({ purl, declared, files, scanner }: LicenseFact): Unknown | undefined {
  const detected = files.flatMap((file) => file.detected ?? []);
  const raw = declared.map((each) => each.raw);
  const { concluded } = concludedLicense([], declared, detected);
  const { answer } = judgeLicenses(concluded, { allow: [], deny: [] });
  if (answer !== "unknown" && answer !== "unparsable") return undefined;
  const said = raw.length === 0 ? "nothing is declared" : `declared: ${raw.join(" | ").slice(0, 200)}`;
  const seen =
    files.length === 0
      ? "no licence file"
      : scanner === null
        ? "its licence files were not scanned"
        : `in its licence files: ${detected.join(" | ").slice(0, 200) || "no licence"}`;
  return { purl, why: `${said}; ${seen}` };
}

interface Result {
  readonly had: number;
  readonly got: number;
  readonly scanned: boolean;
  readonly notScanned: string | null;
  readonly unknown: readonly Unknown[];
  readonly missing: readonly Missing[];
  readonly broken: WantedArchives["broken"];
  readonly seconds: number;
}

function textOf({ had, got, notScanned, unknown, missing, broken, seconds }: Result): string {
  const counts = new Map<MissingReason, number>();
  for (const { reason } of missing) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const reasons = [...counts].sort().map(([reason, count]) => `${count} ${reason}`);
  return [
    ...missing.map(({ purl, reason, detail, lockfile }) => visible(`${purl}: ${reason}: ${detail} (${lockfile})`)),
    ...unknown.map(({ purl, why }) => visible(`${purl}: no licence is known: ${why}`)),
    ...broken.map(({ message }) => visible(message)),
    ...(notScanned === null ? [] : [`licence files were not scanned: ${visible(notScanned)}`]),
    `${had + got} facts (${had} at hand, ${got} fetched), ${unknown.length} of them without a known licence; ${missing.length} packages without a fact${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}; ${seconds.toFixed(2)} s`,
    "",
  ].join("\n");
}
