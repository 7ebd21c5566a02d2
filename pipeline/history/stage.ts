import type { HistoryGap, ScannedCommit } from "../../schemas/history.ts";
import { plainTextOf } from "../tree/plain-text.ts";
import { sourcePathOf } from "../tree/source-path.ts";
import type { Origin } from "../tree/staged-history.ts";
import { type Change, SUBMODULE } from "./changes.ts";
import type { Git } from "./git.ts";
import { newLines } from "./new-lines.ts";
import { inspectObjects, readObjects } from "./objects.ts";
import type { PieceFolder } from "./pieces.ts";

/** What a commit (or tag) brings: its message and the files that it changes. */
export interface Unit {
  readonly commit: string;
  /** Path that a finding in its message has; undefined: it has no message. */
  readonly message: string | undefined;
  readonly changes: readonly Change[];
}

/**
 * Stages what each unit brings: message, and of each file the new lines with what stands around them.
 * `nameOf` makes a base name that the scanner reads. Contents are read one after the other: few are held in memory.
 * @throws Incomplete when an object is missing
 */
export async function stageUnits(
  git: Git,
  units: readonly Unit[],
  pieces: PieceFolder,
  nameOf: (base: string) => string,
): Promise<ScannedCommit[]> {
  const files = units.flatMap(({ changes }) => changes.filter(({ mode }) => mode !== SUBMODULE));
  const headers = await inspectObjects(git, new Set(files.flatMap(({ oid, before }) => [oid, ...before])));
  const tooLarge = new Set([...headers.values()].filter(({ size }) => size > MAX_BYTES).map(({ oid }) => oid));
  const versions = units.flatMap((unit, index) => versionsOf(unit, index, tooLarge));
  const counts = units.map(() => ({ texts: 0, binaries: 0 }));
  const wanted = versions.flatMap(({ before, origin }) => [...before, origin.oid]);
  const contents = readObjects(git, wanted)[Symbol.asyncIterator]();
  for (const version of versions) {
    const before: Buffer[] = [];
    for (let left = version.before.length; left > 0; left--)
      before.push(plainTextOf(await nextOf(contents)) ?? NOTHING);
    const content = await nextOf(contents);
    const text = plainTextOf(version.isMessage ? messageOf(content) : content);
    const count = counts[version.unit] as { texts: number; binaries: number };
    if (text === null) count.binaries += 1;
    else count.texts += 1;
    const part = text === null ? null : newLines(beforeOf(version, before), text);
    // A new file without text is staged empty, for rules that look at the name alone.
    if (part !== null || version.origin.isNew) {
      pieces.add(part?.text ?? NOTHING, nameOf(version.base), { ...version.origin, runs: part?.runs ?? [] });
    }
  }
  await contents.next();
  return units.map(({ commit, changes }, index) => ({
    commit,
    ...(counts[index] as { texts: number; binaries: number }),
    gaps: changes.flatMap((change) => gapOf(change, tooLarge)),
  }));
}

/** A version of a file beyond this is named as a gap, and is not read. */
const MAX_BYTES = 256 * 1024 ** 2;

const NOTHING = Buffer.alloc(0);

/** One version of a file, or a message, to be read. */
interface Version {
  readonly unit: number;
  readonly base: string;
  readonly before: readonly string[];
  readonly isMessage: boolean;
  readonly origin: Omit<Origin, "runs">;
}

function versionsOf({ commit, message, changes }: Unit, unit: number, tooLarge: ReadonlySet<string>): Version[] {
  const own = { commit, oid: commit, isNew: true };
  const first = { unit, base: "message", before: [], isMessage: true };
  return [
    ...(message === undefined ? [] : [{ ...first, origin: { ...own, path: message } }]),
    ...changes
      .filter(({ mode, oid }) => mode !== SUBMODULE && !tooLarge.has(oid))
      .map(({ path: bytes, oid, before }) => {
        const { path } = sourcePathOf(bytes);
        return {
          unit,
          base: path.slice(path.lastIndexOf("/") + 1),
          before: before.filter((old) => !tooLarge.has(old)),
          isMessage: false,
          origin: { commit, path, oid, isNew: before.length === 0 },
        };
      }),
  ];
}

/** What was too large to be read has no lines that are known. */
function beforeOf({ origin }: Version, read: readonly Buffer[]): readonly Buffer[] {
  return !origin.isNew && read.length === 0 ? [NOTHING] : read;
}

async function nextOf(contents: AsyncIterator<{ readonly content: Buffer }>): Promise<Buffer> {
  const { done, value } = await contents.next();
  if (done === true) throw new Error("an object less than asked for");
  return value.content;
}

/** A commit or tag is headers, an empty line, and the message. */
function messageOf(object: Buffer): Buffer {
  const gap = object.indexOf("\n\n");
  return gap < 0 ? NOTHING : object.subarray(gap + 2);
}

function gapOf({ path, mode, oid }: Change, tooLarge: ReadonlySet<string>): HistoryGap[] {
  const shown = sourcePathOf(path).path;
  if (mode === SUBMODULE) return [{ code: "nested-history", path: shown }];
  return tooLarge.has(oid) ? [{ code: "too-large", path: shown }] : [];
}
