import { posix } from "node:path";
import type { Ecosystem } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { LockedHash, MissingReason } from "../../schemas/license-fact.ts";
import type { LockedPackage, Lockfile } from "../../schemas/lockfile.ts";
import { purlOf } from "../findings/purl.ts";
import { readLockfiles } from "../plan/lockfiles.ts";
import { readSourceFile } from "../tree/source-file.ts";
import { ARCHIVE_READERS } from "./locked/index.ts";
import type { LockedArchive } from "./locked/locked-archive.ts";

/** One locked archive that a fact is wanted about. */
export interface WantedArchive extends LockedArchive {
  readonly ecosystem: Ecosystem;
  readonly purl: string;
  readonly lockfile: string;
}

/** A locked package without a fact, and why. */
export interface Missing {
  readonly purl: string;
  readonly lockfile: string;
  readonly reason: MissingReason;
  readonly detail: string;
}

export interface WantedArchives {
  /** Sorted by purl, each archive once. A version that another lockfile does not get from the registry is `missing` too. */
  readonly wanted: readonly WantedArchive[];
  readonly missing: readonly Missing[];
  readonly broken: readonly Problem[];
}

const NONE: ReadonlyMap<string, LockedArchive[]> = new Map();

/** Ecosystems whose registries are asked. */
const SUPPORTED: ReadonlySet<Ecosystem> = new Set<Ecosystem>(["npm", "crates.io", "Go", "PyPI"]);

/**
 * Every locked package of a tree, or of the `only` lockfiles in it, with the hashes that its lockfile states.
 * @throws GateError SOURCE_CHANGED
 */
export function wantedArchives(root: string, inventory: Inventory, only?: readonly string[]): WantedArchives {
  const chosen = only === undefined ? inventory : withLockfiles(inventory, new Set(only));
  const { lockfiles, broken: unread } = readLockfiles(root, chosen);
  const broken = [...unread];
  const wanted = new Map<string, WantedArchive>();
  const missing = new Map<string, Missing>();
  for (const lockfile of lockfiles) {
    const archives = readable(() => archivesByPackage(root, inventory, lockfile), lockfile, broken) ?? NONE;
    for (const found of lockfile.packages) {
      const purl = purlOf(found.ecosystem, found.name, found.version);
      const unknown = reasonOf(found, lockfile, archives.get(keyOf(found)) ?? []);
      // Elsewhere is elsewhere, whatever hash another lockfile states of the registry's.
      if (unknown !== undefined && missing.get(purl)?.reason !== "not-registry")
        missing.set(purl, { purl, lockfile: lockfile.path, ...unknown });
      for (const archive of unknown === undefined ? (archives.get(keyOf(found)) ?? []) : []) {
        if (archive.anyOf.length === 0) continue;
        const key = [purl, ...archive.anyOf.map(hashText).sort()].join("\n");
        wanted.set(key, { ...archive, ecosystem: found.ecosystem, purl, lockfile: lockfile.path });
      }
    }
  }
  const got = new Set([...wanted.values()].map(({ purl }) => purl));
  return {
    wanted: [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, archive]) => archive),
    missing: [...missing.values()].filter(({ purl, reason }) => reason === "not-registry" || !got.has(purl)),
    broken,
  };
}

/** `sha256-<hex>`: a hash as text. */
export function hashText({ algorithm, value }: LockedHash): string {
  return `${algorithm}-${value}`;
}

/** The other lockfiles stay as plain files: one that is wanted may refer to them. */
function withLockfiles(inventory: Inventory, only: ReadonlySet<string>): Inventory {
  const files = inventory.files.map((file) => {
    const { lockfile: _lockfile, ...plain } = file;
    return only.has(file.path) ? file : plain;
  });
  return { ...inventory, files };
}

/** Undefined for hashes that can't be read, where the packages could: these are `broken`, and the packages have none. */
function readable<T>(read: () => T, { path }: Lockfile, broken: Problem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GateError) || error.code !== "LOCKFILE_INVALID") throw error;
    broken.push({ code: "lockfile-unread", message: error.message, next: error.next ?? `mend or remove ${path}` });
    return undefined;
  }
}

function archivesByPackage(root: string, inventory: Inventory, { path, format }: Lockfile) {
  const textAt = (place: string): string | undefined => {
    const file = inventory.files.find((each) => each.path === place);
    return file === undefined ? undefined : readSourceFile(root, file).toString("utf8");
  };
  const sibling = (relative: string) => textAt(posix.join(posix.dirname(path), relative));
  const archives = ARCHIVE_READERS[format]?.({ path, text: textAt(path) ?? "", sibling }) ?? [];
  const byPackage = new Map<string, LockedArchive[]>();
  for (const archive of archives) {
    byPackage.set(keyOf(archive), [...(byPackage.get(keyOf(archive)) ?? []), archive]);
  }
  return byPackage;
}

function keyOf({ name, version }: Pick<LockedPackage, "name" | "version">): string {
  return `${name}\n${version}`;
}

function reasonOf(
  { ecosystem, origin, version }: LockedPackage,
  { format }: Lockfile,
  archives: readonly LockedArchive[],
): Pick<Missing, "reason" | "detail"> | undefined {
  if (!SUPPORTED.has(ecosystem)) return { reason: "unsupported-ecosystem", detail: ecosystem };
  if (origin !== "registry") return { reason: "not-registry", detail: origin };
  if (version === "") return { reason: "no-hash", detail: "not locked to a version" };
  if (archives.some(({ anyOf }) => anyOf.length > 0)) return undefined;
  return { reason: "no-hash", detail: `the ${format} states no hash of it` };
}
