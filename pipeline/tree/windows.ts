import { SINGLE_CHUNK_BYTES } from "./chunks.ts";
import { startsLikeApplication } from "./encoding.ts";

/** Bytes of a text in a window: with what stands around them no more than gitleaks is sure to look at as a whole. */
export const WINDOW_BYTES = 98_304;

/** From one window's beginning to the next one's. */
export const STRIDE_BYTES = 65_536;

/** What two windows share: whatever has to be seen together, and is no longer, lies whole in one of them. */
export const OVERLAP_BYTES = WINDOW_BYTES - STRIDE_BYTES;

/** What a match may look like so near to a cut says nothing: the next window shows it with what stands around it. */
export const MARGIN_BYTES = 1024;

/** Where the windows of a text of so many bytes begin; none for one that is looked at as a whole anyway. */
export function windowStarts(size: number): number[] {
  if (size <= SINGLE_CHUNK_BYTES) return [];
  const count = 1 + Math.ceil((size - WINDOW_BYTES) / STRIDE_BYTES);
  return Array.from({ length: count }, (_, index) => index * STRIDE_BYTES);
}

/** Bytes of all windows of such a text as they are staged. */
export function stagedWindowBytes(size: number): number {
  return windowStarts(size).reduce((sum, from) => sum + Math.min(WINDOW_BYTES, size - from) + FEEDS, 0);
}

/** A window as it is staged: its name, the bytes of the text, and line feeds before and after them. */
export interface StagedWindow {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * A window of the text that `to` names (`folder/base`). Line feeds in front, that no text is taken for another format by where it was cut;
 * one at least behind, that every match has an end in the report. Always as many in all.
 */
export function stagedWindow(to: string, from: number, text: Buffer): StagedWindow {
  const usual = framed(text, FEEDS_IN_FRONT);
  const shift = startsLikeApplication(usual) ? FEEDS_IN_FRONT + 1 : FEEDS_IN_FRONT;
  const content = shift === FEEDS_IN_FRONT ? usual : framed(text, shift);
  return { name: to.replace(/@?\//, `@${from}+${shift}/`), content };
}

/** All windows of a text. */
export function stagedWindows(to: string, text: Buffer): StagedWindow[] {
  return windowStarts(text.length).map((from) => stagedWindow(to, from, text.subarray(from, from + WINDOW_BYTES)));
}

/** All signatures but one end before so many bytes; of that one (ISO 9660) a single line feed more is enough. */
const FEEDS_IN_FRONT = 300;
const FEEDS = FEEDS_IN_FRONT + 2;

function framed(text: Buffer, inFront: number): Buffer {
  return Buffer.concat([Buffer.alloc(inFront, "\n"), text, Buffer.alloc(FEEDS - inFront, "\n")]);
}

/** What a window's name says: the text's own name (`folder/base`), the window's first byte, and the line feeds in front. */
export interface WindowName {
  readonly whole: string;
  readonly from: number;
  readonly shift: number;
}

/** Undefined for a name that is no window's. */
export function windowNameOf(name: string): WindowName | undefined {
  const [, folder, from, shift, base] = /^([^/@]+)@(\d+)\+(30[01])\/([^/]+)$/.exec(name) ?? [];
  if (folder === undefined || Number(from) % STRIDE_BYTES !== 0) return undefined;
  return { whole: `${folder}/${base}`, from: Number(from), shift: Number(shift) };
}

/** Takes a text part by part and gives its windows, one after the other; none for a text that needs none. */
export function windowCutter(to: string, give: (window: StagedWindow) => void) {
  let held: Buffer = Buffer.alloc(0);
  let from = 0;
  const cut = () => {
    give(stagedWindow(to, from, held.subarray(0, WINDOW_BYTES)));
    held = held.subarray(STRIDE_BYTES);
    from += STRIDE_BYTES;
  };
  return {
    next(part: Buffer): void {
      held = Buffer.concat([held, part]);
      while (held.length > SINGLE_CHUNK_BYTES) cut();
    },
    end(): void {
      if (from === 0) return;
      if (held.length > WINDOW_BYTES) cut();
      cut();
    },
  };
}
