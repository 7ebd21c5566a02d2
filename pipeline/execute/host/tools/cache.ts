import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import canonicalize from "canonicalize";
import { GateError } from "../../../../schemas/error.ts";
import { Platform, type ToolPin, type ToolPins } from "../../../../schemas/pins.ts";
import { readJson } from "../../../../schemas/read.ts";
import { ToolRecord } from "../../../../schemas/tool-record.ts";
import type { InstalledTool, ToolContext } from "./context.ts";
import { type FileList, fingerprintOf, firstDifference, listFiles } from "./fingerprint.ts";

/** Where one pinned tool lies: `entry` holds `tool/` (its files), `files.txt` and `record.json`, and appears as a whole. */
export interface Place {
  readonly name: string;
  readonly pin: ToolPin;
  readonly platform: Platform;
  readonly pinDigest: string;
  readonly folder: string;
  readonly entry: string;
}

/**
 * The place of a tool in the cache, by name, version, platform and the digest of its pin.
 * @throws GateError USAGE_INVALID for an unknown name, TOOL_UNAVAILABLE for a platform without pins
 */
export function placeOf(name: string, pins: ToolPins, { cacheRoot, platform }: ToolContext): Place {
  const pin = Object.hasOwn(pins.tools, name) ? pins.tools[name] : undefined;
  if (pin === undefined)
    throw new GateError("USAGE_INVALID", `no tool "${name}"; known: ${Object.keys(pins.tools).sort().join(", ")}`);
  const known = Platform.safeParse(platform);
  if (!known.success) {
    const message = `${name} ${pin.version}: found the platform ${platform}, expected ${Platform.options.join(", ")}`;
    throw new GateError("TOOL_UNAVAILABLE", message, {
      cause: known.error,
      next: "run the gate there, or with --engine dagger",
    });
  }
  const { version, executable, routes } = pin;
  const content = canonicalize({ name, platform, version, executable, routes }) as string;
  const pinDigest = createHash("sha256").update(content).digest("hex");
  const folder = join(cacheRoot, "tools", name);
  return {
    name,
    pin,
    platform: known.data,
    pinDigest,
    folder,
    entry: join(folder, `${version}-${pinDigest.slice(0, 16)}`),
  };
}

/** The record of an installed tool, as it stands; null when there is none. @throws GateError PIN_MISMATCH for one that is not ours */
export function readRecord({ entry, name, pin, pinDigest }: Place): ToolRecord | null {
  const path = join(entry, "record.json");
  if (!existsSync(path)) return null;
  const record = readJson(ToolRecord, readFileSync(path, "utf8"), path, "PIN_MISMATCH");
  if (record.name === name && record.version === pin.version && record.pinDigest === pinDigest) return record;
  const message = `${path}: found ${record.name} ${record.version} by pin ${record.pinDigest}, expected ${name} ${pin.version} by pin ${pinDigest}`;
  throw new GateError("PIN_MISMATCH", message, { next: repair(name) });
}

/**
 * The installed tool, if every file is known to be what it was when it was installed; null when it is not there, or the interpreter
 * that it needs is gone.
 * @throws GateError PIN_MISMATCH naming the file that differs
 */
export async function findInstalled(place: Place, ctx: ToolContext): Promise<InstalledTool | null> {
  const record = readRecord(place);
  if (record === null) return null;
  const needed = [join(place.entry, "tool"), ...record.sameBinds, ...interpreterOf(place)];
  const gone = needed.find((path) => !existsSync(path));
  if (gone !== undefined) {
    ctx.log({ tool: place.name, phase: "outdated", detail: `${gone} is gone` });
    return null;
  }
  const fingerprint = fingerprintOf(join(place.entry, "tool"));
  if (fingerprint !== record.fingerprint) {
    ctx.log({ tool: place.name, phase: "checking", detail: "its files were touched or moved" });
    await checkFiles(place, record, ctx);
    renewFingerprint(place, { ...record, fingerprint });
  }
  return installed(place, record);
}

/** The executable, if it is a link to something of this machine. */
function interpreterOf({ entry, pin }: Place): string[] {
  const path = join(entry, "tool", pin.executable);
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? [path] : [];
}

/** Reads all files of an installed tool again. @throws GateError PIN_MISMATCH naming the file that differs */
export async function checkFiles(place: Place, record: ToolRecord, { signal }: ToolContext): Promise<void> {
  const tool = join(place.entry, "tool");
  const now = existsSync(tool) ? await listFiles(tool, signal) : { text: "", digest: "nothing" };
  if (now.digest === record.digest) return;
  const list = join(place.entry, "files.txt");
  const difference = existsSync(list) ? firstDifference(readFileSync(list, "utf8"), now.text) : "files.txt is gone";
  const message = `${place.name} ${record.version} in ${place.entry}: ${difference}; found sha256:${now.digest}, expected sha256:${record.digest}`;
  throw new GateError("PIN_MISMATCH", message, { next: repair(place.name) });
}

/** A cache that moved to another disk has other times and inodes: the next look shall be a cheap one again. */
function renewFingerprint({ entry }: Place, record: ToolRecord): void {
  const path = join(entry, "record.json");
  try {
    const temporary = mkdtempSync(`${path}.`);
    writeFileSync(join(temporary, "record.json"), recordText(record));
    renameSync(join(temporary, "record.json"), path);
    rmSync(temporary, { recursive: true, force: true });
  } catch (cause) {
    // A cache that may only be read stays as it is, and every look is a full one.
    if (!["EROFS", "EACCES", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
  }
}

export type Built = Pick<ToolRecord, "route" | "builtWith" | "sameBinds">;

/**
 * Seals what a route left in `<entry>/tool` and moves it, as a whole, to its place; whatever lay there goes.
 * @throws whatever the file system throws
 */
export async function publish(place: Place, entry: string, built: Built, ctx: ToolContext): Promise<InstalledTool> {
  const tool = join(entry, "tool");
  // Before the files are read: a write in between shows as a difference later.
  const fingerprint = fingerprintOf(tool);
  const list = await listFiles(tool, ctx.signal);
  const record = recordOf(place, built, list, fingerprint, ctx.now());
  writeFileSync(join(entry, "files.txt"), list.text);
  writeFileSync(join(entry, "record.json"), recordText(record));
  const old = mkdtempSync(join(place.folder, ".old-"));
  if (existsSync(place.entry)) renameSync(place.entry, join(old, "entry"));
  renameSync(entry, place.entry);
  rmSync(old, { recursive: true, force: true });
  return installed(place, record);
}

function recordOf(place: Place, built: Built, list: FileList, fingerprint: string, now: Date): ToolRecord {
  const { name, pin, platform, pinDigest } = place;
  const { digest, files, bytes } = list;
  const head = { schemaVersion: "supply-gate/tool-record-1", name, version: pin.version, platform, pinDigest } as const;
  return { ...head, ...built, digest, files, bytes, installedAt: now.toISOString(), fingerprint };
}

function recordText(record: ToolRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

function installed({ name, pin, entry }: Place, { version, sameBinds, route, digest }: ToolRecord): InstalledTool {
  const dir = join(entry, "tool");
  return { name, version, dir, executable: join(dir, pin.executable), sameBinds, route, digest };
}

function repair(name: string): string {
  return `find out who changed it, then run: supply-gate tools install --tool ${name} --force`;
}
