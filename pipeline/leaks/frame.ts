import { entropyOf, growingEntropy, sameEntropy } from "./entropy.ts";

/** What a redacted match says of the text that it was made from: what stands around each `REDACTED`, and the secret's entropy. */
export interface Frame {
  readonly parts: readonly string[];
  readonly entropy: number;
}

export function frameOf(match: string, entropy: number): Frame {
  return { parts: match.split("REDACTED"), entropy };
}

/** The secret of a text that is the whole match; undefined when the frame does not fit it. */
export function secretWithin(text: string, frame: Frame): string | undefined {
  const { parts } = frame;
  const around = parts.reduce((sum, part) => sum + part.length, 0);
  const from = parts[0]?.length ?? 0;
  const everywhere = text.slice(from, from + (text.length - around) / (parts.length - 1));
  if (parts.join(everywhere) === text && fits(everywhere, frame)) return everywhere;
  // The source may hold the word itself: then one of the places is the secret's.
  for (let place = 1; place < parts.length; place++) {
    const before = parts.slice(0, place).join("REDACTED");
    const after = parts.slice(place).join("REDACTED");
    const one = text.slice(before.length, Math.max(before.length, text.length - after.length));
    if (before + one + after === text && fits(one, frame)) return one;
  }
  return undefined;
}

function fits(secret: string, { entropy }: Frame): boolean {
  return secret !== "" && sameEntropy(entropyOf(secret), entropy);
}

const MAX_CANDIDATES = 64;
const MAX_STEPS = 20_000_000;

/**
 * Every part of a longer text that the frame fits, for when columns or length are not known. Those that stand by themselves come alone, if
 * there are any; at most 64. Empty when nothing fits, or when the search would take too long.
 */
export function secretsAmong(text: string, { parts, entropy }: Frame, length?: number): string[] {
  const [before = "", after = ""] = parts;
  const found = { alone: new Set<string>(), other: new Set<string>() };
  let steps = 0;
  for (let at = text.indexOf(before); at >= 0 && at < text.length; at = text.indexOf(before, at + 1)) {
    const start = at + before.length;
    const growing = growingEntropy();
    const limit = length === undefined ? text.length : Math.min(text.length, start + length);
    for (let end = start; end < limit; ) {
      const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
      growing.add(character);
      end += character.length;
      steps += 1;
      if (length !== undefined && end < limit) continue;
      if (!text.startsWith(after, end) || !sameEntropy(growing.value(), entropy)) continue;
      (standsAlone(text, at, end + after.length) ? found.alone : found.other).add(text.slice(start, end));
    }
    if (steps > MAX_STEPS) break;
  }
  return [...(found.alone.size > 0 ? found.alone : found.other)].slice(0, MAX_CANDIDATES);
}

/** The secrets of a text that begins with the match: every end that the frame fits; those that stand by themselves alone, if any; at most 64. */
export function secretsAtStart(text: string, { parts, entropy }: Frame): string[] {
  const [before = "", after = ""] = parts;
  if (!text.startsWith(before)) return [];
  const found = { alone: [] as string[], other: [] as string[] };
  const growing = growingEntropy();
  for (let end = before.length; end < text.length && found.alone.length < MAX_CANDIDATES; ) {
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
    growing.add(character);
    end += character.length;
    if (!text.startsWith(after, end) || !sameEntropy(growing.value(), entropy)) continue;
    const list = standsAlone(text, 0, end + after.length) ? found.alone : found.other;
    if (list.length < MAX_CANDIDATES) list.push(text.slice(before.length, end));
  }
  return found.alone.length > 0 ? found.alone : found.other;
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !(isWord(text[start - 1]) && isWord(text[start])) && !(isWord(text[end - 1]) && isWord(text[end]));
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
