import type { Landmarks, Place } from "../../schemas/landmarks.ts";
import { LOOK_AHEAD_BYTES, nextChunk, SINGLE_CHUNK_BYTES } from "./chunks.ts";
import { MARGIN_BYTES, OVERLAP_BYTES, STRIDE_BYTES, WINDOW_BYTES, windowStarts } from "./windows.ts";

/** Takes a text part by part; `end` gives its landmarks, undefined for a text that gitleaks looks at as a whole. */
export function landmarkReader() {
  let held: Buffer = Buffer.alloc(0);
  // All of it from the beginning of what is held.
  let buffered = 0;
  let size = 0;
  let place: Place = [1, 1];
  const chunks: Place[] = [];
  const marks = new Map<number, Place>();
  const marked = markOffsets();
  let next = marked.next().value;
  /** Goes on by so many bytes, past all marks in them. */
  const advance = (bytes: number) => {
    const start = size;
    let done = 0;
    while (next <= start + bytes) {
      place = placeAfter(place, held.subarray(done, next - start));
      done = next - start;
      marks.set(next, place);
      next = marked.next().value;
    }
    place = placeAfter(place, held.subarray(done, bytes));
    held = held.subarray(bytes);
    size += bytes;
  };
  const takeChunk = () => {
    if (size > 0) chunks.push(place);
    const found = nextChunk(held, 0, buffered);
    buffered = found.buffered - found.end;
    advance(found.end);
  };
  return {
    take(part: Buffer): void {
      held = Buffer.concat([held, part]);
      while (held.length > LOOK_AHEAD_BYTES) takeChunk();
    },
    end(): Landmarks | undefined {
      while (held.length > 0) takeChunk();
      if (size <= SINGLE_CHUNK_BYTES) return undefined;
      const starts = windowStarts(size);
      const windows = starts.map((from, index) => ({
        from: marks.get(from) as Place,
        owns: marks.get(index === 0 ? 0 : from + MARGIN_BYTES) as Place,
        upTo: index === starts.length - 1 ? place : (marks.get(from + WINDOW_BYTES - MARGIN_BYTES) as Place),
      }));
      return { size, end: place, chunks, windows };
    },
  };
}

/** A text's landmarks; undefined for one that gitleaks looks at as a whole. */
export function landmarksOf(text: Buffer): Landmarks | undefined {
  const reader = landmarkReader();
  reader.take(text);
  return reader.end();
}

/** Every offset that can be a landmark, in order. */
function* markOffsets(): Generator<number, never> {
  for (let from = 0; ; from += STRIDE_BYTES) {
    yield from;
    yield from + MARGIN_BYTES;
    // Of the window before.
    if (from > 0) yield from + OVERLAP_BYTES - MARGIN_BYTES;
  }
}

function placeAfter([line, column]: Place, passed: Buffer): Place {
  let lines = 0;
  let last = -1;
  for (let at = passed.indexOf(LINE_FEED); at >= 0; at = passed.indexOf(LINE_FEED, at + 1)) {
    lines += 1;
    last = at;
  }
  return lines === 0 ? [line, column + passed.length] : [line + lines, passed.length - last];
}

const LINE_FEED = 10;
