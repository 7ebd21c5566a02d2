import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { HEAD_BYTES, startsLikeApplication } from "../tree/encoding.ts";
import { landmarksOf } from "../tree/landmarks.ts";
import type { Origin, Piece } from "../tree/staged-history.ts";
import { stagedWindows } from "../tree/windows.ts";
import { Incomplete } from "./incomplete.ts";

/** Texts of a history as files for a scanner that reads folders. Each text is written once for each base name; a long one in windows too. */
export interface PieceFolder {
  readonly dir: string;
  /** By name below `dir`. */
  readonly pieces: ReadonlyMap<string, Piece>;
  /** Bytes of all that was written. */
  bytes(): number;
  /** Adds a text under a base name that the scanner reads. */
  add(text: Buffer, base: string, origin: Origin): void;
}

/** Opens a new folder for the pieces. */
export function openPieces(dir: string): PieceFolder {
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const pieces = new Map<string, Piece & { readonly origins: Origin[] }>();
  const nameOf = new Map<string, string>();
  const used = new Map<string, number>();
  let bytes = 0;
  const write = (text: Buffer, asked: string): string => {
    // A tree made by hand may hold a file of such a name.
    const base = /^\.{0,2}$/.test(asked) ? "_" : asked;
    // File systems may hold two names that differ in case for one.
    const number = used.get(base.toLowerCase()) ?? 0;
    used.set(base.toLowerCase(), number + 1);
    const name = `${number}/${base}`;
    const shift = shiftOf(text);
    const staged = Buffer.concat([Buffer.alloc(shift, "\n"), text]);
    for (const part of [{ name, content: staged }, ...stagedWindows(name, staged)]) {
      put(join(dir, part.name), part.content);
      bytes += part.content.length;
    }
    if (bytes > MOST_BYTES) {
      throw new Incomplete(`its commits bring more than ${MOST_BYTES} bytes of text`, "scan a smaller repository");
    }
    pieces.set(name, { shift, landmarks: landmarksOf(staged), origins: [] });
    return name;
  };
  return {
    dir,
    pieces,
    bytes: () => bytes,
    add(text, base, origin) {
      const key = `${createHash("sha256").update(text).digest("base64")} ${base}`;
      const name = nameOf.get(key) ?? write(text, base);
      nameOf.set(key, name);
      pieces.get(name)?.origins.push(origin);
    },
  };
}

function put(path: string, content: Buffer): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, content, { flag: "wx", mode: 0o644 });
  } catch (cause) {
    throw new GateError("STORAGE_FAILED", `history: a text could not be written (${(cause as Error).message})`, {
      cause,
      next: "make room in the folder for temporary files, then run again",
    });
  }
}

/**
 * How many line feeds in front make that gitleaks does not take the text for another format. One at least: until it has seen a line
 * feed it looks at each further part of a long line as at a file's beginning.
 */
function shiftOf(text: Buffer): number {
  const head = Buffer.concat([Buffer.alloc(MOST_SHIFTS, "\n"), text.subarray(0, HEAD_BYTES)]);
  for (let shift = 1; shift < MOST_SHIFTS; shift++) {
    if (!startsLikeApplication(head.subarray(MOST_SHIFTS - shift))) return shift;
  }
  throw new Error("no shift makes this a text");
}

/** A few small objects can stand for any amount of text. */
const MOST_BYTES = 16 * 1024 ** 3;

/** A text can be made to look like something else at several shifts, but each signature has one place. */
const MOST_SHIFTS = 300;
