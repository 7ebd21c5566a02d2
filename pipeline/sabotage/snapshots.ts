import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DATABASE_FOLDERS } from "../advisories/manifest.ts";
import { openSnapshot } from "../advisories/snapshot.ts";
import type { Case, Outcome } from "./case.ts";
import { inFolder } from "./folder.ts";
import { misspelt } from "./misspelt.ts";
import { failed } from "./replay.ts";

/** Every part of an advisory snapshot missing, cut, changed or of something else: it is refused before anything is scanned. */
export function snapshotCases(snapshot: string): Case[] {
  const manifest = JSON.parse(readFileSync(join(snapshot, "snapshot.json"), "utf8")) as {
    ecosystems: { name: string }[];
  };
  const names = manifest.ecosystems.map(({ name }) => name);
  const changes = [
    ...manifestChanges(manifest),
    ...DATABASE_FOLDERS.flatMap((folder) => databaseChanges(folder, names)),
  ];
  return changes.map(({ group, name, change }) => ({
    kind: "gate",
    group,
    name,
    run: "advisory snapshot",
    attack: () =>
      inFolder(new Map(), async (folder): Promise<Outcome> => {
        const copy = join(folder, "snapshot");
        cpSync(snapshot, copy, { recursive: true });
        change(copy);
        try {
          await openSnapshot(copy);
          return { status: 0, noticed: "opened", lost: [], same: false };
        } catch (error) {
          return failed(error);
        }
      }),
  }));
}

interface Change {
  readonly group: string;
  readonly name: string;
  readonly change: (dir: string) => void;
}

function manifestChanges(manifest: object): Change[] {
  const written = (text: string) => (dir: string) => writeFileSync(join(dir, "snapshot.json"), text);
  const texts = { "is empty": "", "is null": "null", "is {}": "{}", "is []": "[]" };
  return [
    { group: "database missing", name: "no snapshot.json", change: (dir) => rmSync(join(dir, "snapshot.json")) },
    { group: "database missing", name: "no snapshot at all", change: (dir) => rmSync(dir, { recursive: true }) },
    ...Object.entries(texts).map(([name, text]) => ({
      group: "database manifest",
      name: `snapshot.json ${name}`,
      change: written(text),
    })),
    ...misspelt(manifest, /never/).map(({ name, text }) => ({
      group: "database manifest",
      name: `snapshot.json${name}`,
      change: written(text),
    })),
  ];
}

const SIXTEENTHS = Array.from({ length: 16 }, (_, index) => index);

function databaseChanges(folder: string, names: readonly string[]): Change[] {
  return names.flatMap((name, index) => {
    const place = `${folder}/${name}/all.zip`;
    const other = names[(index + 1) % names.length] as string;
    const change = (group: string, what: string, act: (path: string, dir: string) => void): Change => ({
      group,
      name: `${place} ${what}`,
      change: (dir) => {
        const path = join(dir, place);
        // The two folders may hold one file by two names.
        const bytes = readFileSync(path);
        rmSync(path);
        writeFileSync(path, bytes);
        act(path, dir);
      },
    });
    return [
      change("database missing", "missing", (path) => rmSync(path)),
      change("database missing", "and its folder missing", (path) => rmSync(join(path, ".."), { recursive: true })),
      change("database changed", "empty", (path) => writeFileSync(path, "")),
      change("database changed", "an empty archive", (path) => writeFileSync(path, EMPTY_ARCHIVE)),
      change("database changed", "with a byte more", (path) => writeFileSync(path, "x", { flag: "a" })),
      change("database changed", "a folder", (path) => {
        rmSync(path);
        mkdirSync(path);
      }),
      change("database changed", "a link to itself elsewhere", (path, dir) => {
        renameSync(path, join(dir, "elsewhere"));
        symlinkSync(join(dir, "elsewhere"), path);
      }),
      change("database of another ecosystem", `that of ${other}`, (path, dir) => {
        if (other === name) writeFileSync(path, "");
        else cpSync(join(dir, folder, other, "all.zip"), path);
      }),
      change("database of another ecosystem", "beside one that is not named", (_, dir) => {
        cpSync(join(dir, folder, name), join(dir, folder, "Hex"), { recursive: true });
      }),
      change("database of another ecosystem", "under another name", (_, dir) =>
        renameSync(join(dir, folder, name), join(dir, folder, "Hex")),
      ),
      change("database changed", "beside a further file", (path) => writeFileSync(join(path, "../more.zip"), "x")),
      ...SIXTEENTHS.slice(1).map((part) =>
        change("database truncated", `cut after ${part}/16`, (path) => cut(path, part)),
      ),
      ...SIXTEENTHS.map((part) => change("database changed", `one bit at ${part}/16`, (path) => flip(path, part))),
    ];
  });
}

const EMPTY_ARCHIVE = Buffer.from(`PK\u0005\u0006${"\0".repeat(18)}`, "latin1");

function cut(path: string, part: number): void {
  truncateSync(path, Math.floor((readFileSync(path).length * part) / 16));
}

function flip(path: string, part: number): void {
  if (!existsSync(path)) throw new Error(`${path} is not there`);
  const bytes = readFileSync(path);
  const at = Math.floor((bytes.length * part) / 16);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (part % 8)), at);
  writeFileSync(path, bytes);
}
