import { GateError } from "../../../schemas/error.ts";
import type { GitleaksReport } from "../../../schemas/gitleaks.ts";
import type { Landmarks } from "../../../schemas/landmarks.ts";
import type { StagedCopy } from "../../../schemas/step.ts";
import { STRIDE_BYTES, windowNameOf } from "../../tree/windows.ts";
import { type Placed, placesIn, type Seen } from "./places.ts";
import { lineShiftOf } from "./staged-name.ts";

type Entry = GitleaksReport[number];

/** A text that the tool cuts, as it was staged. */
export interface CutText {
  readonly landmarks: Landmarks;
  /** Lines of ours before its first. */
  readonly lineShift: number;
}

/** What was found in texts that the tool looks at as a whole, and in those that it cuts: there with its place, and once. */
export interface Found<Text extends CutText> {
  readonly whole: readonly Entry[];
  readonly cut: readonly (Placed & { readonly text: Text })[];
}

/**
 * Tells what was found in windows of a text and in the text itself from all the rest. `textOf` knows the texts that are cut by the name of the
 * whole, below the scanned root.
 * @throws GateError DOCUMENT_INVALID for a window that was never staged
 */
export function foundInCutTexts<Text extends CutText>(
  entries: readonly Entry[],
  textOf: (name: string) => Text | undefined,
): Found<Text> {
  const whole: Entry[] = [];
  const seen = new Map<Text, Seen[]>();
  for (const entry of entries) {
    const [, root = "", name = ""] = /^((?:staged|history)\/)(.*)$/s.exec(entry.File) ?? [];
    const window = windowNameOf(name);
    const text = textOf(window === undefined ? entry.File : `${root}${window.whole}`);
    if (window !== undefined && (text?.landmarks.windows.length ?? 0) <= window.from / STRIDE_BYTES) {
      throw new GateError("DOCUMENT_INVALID", "gitleaks report: a finding in a file that was never staged");
    }
    if (text === undefined) whole.push(entry);
    else {
      const found = seen.get(text) ?? [];
      seen.set(text, found);
      found.push({ entry: root === "" ? shifted(entry, text.lineShift) : entry, window });
    }
  }
  const cut = [...seen].flatMap(([text, of]) => placesIn(text.landmarks, of).map((placed) => ({ ...placed, text })));
  return { whole, cut };
}

/** Of the file where it lies, which our line feed does not stand in front of. */
function shifted(entry: Entry, lineShift: number): Entry {
  const { StartLine, EndLine, StartColumn, EndColumn } = entry;
  if (lineShift === 0 || StartLine === 0) return entry;
  return {
    ...entry,
    StartLine: StartLine + 1,
    EndLine: EndLine + 1,
    // Columns on a text's first line count otherwise than on all others.
    StartColumn: StartLine === 1 ? StartColumn + 1 : StartColumn,
    EndColumn: EndLine === 1 && EndColumn > 0 ? EndColumn + 1 : EndColumn,
  };
}

/** A file of the tree that the tool cuts. */
export interface CutFile extends CutText {
  readonly path: string;
}

/** Finds a cut file by any name that the tool has for the whole of it. */
export function cutFiles(copies: readonly StagedCopy[]): (name: string) => CutFile | undefined {
  const byName = new Map<string, CutFile>();
  for (const { source, to, windows: landmarks } of copies) {
    if (landmarks === undefined) continue;
    const staged = `staged/${to.replace("@/", "/")}`;
    const file = { landmarks, lineShift: lineShiftOf(staged), path: source.path };
    byName.set(staged, file);
    if (source.pathBytes === undefined) byName.set(`tree/${source.path}`, file);
  }
  return (name) => byName.get(name);
}
