import { type Chunk, chunksOf } from "../tree/chunks.ts";
import { decoded } from "./decoded.ts";
import { type Frame, frameOf, secretsAmong, secretsAtStart, secretWithin } from "./frame.ts";
import type { RedactedFinding } from "./redacted-report.ts";

/** A scanned text with the offsets where its lines begin, and as gitleaks read it. */
export interface ScannedText {
  readonly bytes: Buffer;
  readonly lineStarts: readonly number[];
  readonly chunks: readonly Chunk[];
}

/** A file's bytes as a text to recover secrets from. */
export function scannedText(bytes: Buffer): ScannedText {
  const lineStarts = [0];
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lineStarts.push(at + 1);
  return { bytes, lineStarts, chunks: chunksOf(bytes) };
}

const LINE_FEED = 10;

/**
 * What gitleaks found and redacted, read again from the text that it scanned: the secret, or every candidate where the report does not say
 * which it is. Empty for a rule on the name alone; never empty for any other.
 */
export function recoverSecrets(text: ScannedText, finding: RedactedFinding): Buffer[] {
  if (finding.StartLine === 0) return [];
  const frame = frameOf(finding.Match, finding.Entropy);
  const located = locatedTexts(text, finding);
  const depth = decodeDepth(finding);
  if (depth > 0) return decodedSecrets(text, finding, frame, located, depth);
  const fitting = located.flatMap((candidate) => secretWithin(candidate.toString("utf8"), frame) ?? []);
  if (fitting.length > 0) return [...new Set(fitting)].map((secret) => Buffer.from(secret));
  const open = openTexts(text, finding).flatMap((rest) => secretsAtStart(rest.toString("utf8"), frame));
  if (open.length > 0) return [...new Set(open)].map((secret) => Buffer.from(secret));
  return orLocated(secretsAmong(linesOf(text, finding), frame, lengthOf(finding, frame)), located, text, finding);
}

function decodeDepth({ Tags }: RedactedFinding): number {
  const depth = Tags?.find((tag) => tag.startsWith("decode-depth:"));
  return depth === undefined ? 0 : Number(depth.slice("decode-depth:".length));
}

/** Both what was decoded and what stands in the file: either gives the secret away. */
function decodedSecrets(
  text: ScannedText,
  finding: RedactedFinding,
  frame: Frame,
  located: readonly Buffer[],
  depth: number,
): Buffer[] {
  const found = secretsAmong(decoded(linesOf(text, finding), depth), frame);
  const stands = located[0] ?? Buffer.alloc(0);
  const unframed = found.length > 0 ? [] : [Buffer.from(decoded(stands.toString("utf8"), depth))];
  return [...found.map((secret) => Buffer.from(secret)), ...unframed, stands].filter(({ length }) => length > 0);
}

function orLocated(
  found: readonly string[],
  located: readonly Buffer[],
  text: ScannedText,
  finding: RedactedFinding,
): Buffer[] {
  if (found.length > 0) return found.map((secret) => Buffer.from(secret));
  const first = located.find(({ length }) => length > 0);
  return [first ?? Buffer.from(linesOf(text, finding))];
}

/**
 * The match by lines and columns; more than one only where a line is longer than what gitleaks reads at once. Columns count from the beginning
 * of what was read on its first line, from the line feed before the line (one too many) on all others. Line feeds that a match began with were
 * taken off, but still count.
 */
function locatedTexts({ bytes, lineStarts, chunks }: ScannedText, finding: RedactedFinding): Buffer[] {
  const { StartLine, EndLine, StartColumn, EndColumn } = finding;
  // No end column: the match ends on a last line without a line feed, whose number is missing too.
  if (EndColumn === 0) return [];
  return chunks
    .filter(({ firstLine, lastLine }) => firstLine <= StartLine && EndLine <= lastLine)
    .map(({ start, firstLine }) => {
      const before = (line: number) => (line === firstLine ? start : (lineStarts[line - 1] ?? 0) - 1);
      const from = before(StartLine) + StartColumn - 1;
      const to = before(EndLine) + EndColumn;
      let skipped = 0;
      while (bytes[from + skipped] === LINE_FEED) skipped += 1;
      return bytes.subarray(from + skipped, to + skipped);
    });
}

/** From where a match begins that has no end column, to the end of what was read at once: it ends on the last line of that. */
function openTexts({ bytes, lineStarts, chunks }: ScannedText, finding: RedactedFinding): Buffer[] {
  const { StartLine, StartColumn, EndColumn } = finding;
  if (EndColumn !== 0) return [];
  return chunks
    .filter(({ firstLine, lastLine }) => firstLine <= StartLine && StartLine < lastLine)
    .map(({ start, end, firstLine }) => {
      let from = (StartLine === firstLine ? start : (lineStarts[StartLine - 1] ?? 0) - 1) + StartColumn - 1;
      while (bytes[from] === LINE_FEED) from += 1;
      return bytes.subarray(from, end);
    });
}

function linesOf({ bytes, lineStarts }: ScannedText, { StartLine, EndLine, EndColumn }: RedactedFinding): string {
  const end = EndColumn === 0 ? undefined : lineStarts[EndLine];
  return bytes.subarray(lineStarts[StartLine - 1] ?? 0, end).toString("utf8");
}

/** Known where the match is on one line and the secret has one place in it. */
function lengthOf(
  { StartLine, EndLine, StartColumn, EndColumn }: RedactedFinding,
  { parts }: Frame,
): number | undefined {
  if (StartLine !== EndLine || EndColumn === 0 || parts.length !== 2) return undefined;
  return EndColumn - StartColumn + 1 - parts.reduce((sum, part) => sum + part.length, 0);
}
