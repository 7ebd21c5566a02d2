import { type Encoding, encodingsOf, type Needle } from "./encodings.ts";
import { needleSearch } from "./needle-search.ts";
import { plainView } from "./plain-view.ts";
import type { Secret } from "./secret.ts";

/** A place of a text where a secret stands in some form; offsets in bytes. */
export interface Found {
  readonly secret: number;
  readonly encoding: Encoding;
  readonly start: number;
  readonly end: number;
}

export interface Finder {
  /** Every place in a text where any of the secrets stands, sorted by start; a place may come with several secrets and forms. */
  find(text: Buffer): Found[];
}

/** Looks for all forms of all secrets, in the text as it is and in the text with escapes and line breaks undone. */
export function finderOf(secrets: readonly Secret[]): Finder {
  const needles = distinct(secrets.flatMap(({ bytes }, index) => encodingsOf(bytes, index).flatMap(written)));
  const search = needleSearch(needles);
  return {
    find(text) {
      if (needles.length === 0) return [];
      const found = new Map<string, Found>();
      const add = ({ secret, encoding }: Needle, start: number, end: number) => {
        found.set(`${start} ${end} ${secret} ${encoding}`, { secret, encoding, start, end });
      };
      search(text, add);
      const plain = plainView(text, { escapes: true });
      if (plain.bytes.length !== text.length) {
        search(plain.bytes, (needle, start, end) => add(needle, plain.offsetOf(start), plain.offsetOf(end)));
      }
      return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
    },
  };
}

/** A form as it is, and as it is after that is undone which it may hold itself: a key has line breaks, a password percent signs. */
function written(needle: Needle): Needle[] {
  return [
    needle,
    { ...needle, bytes: plainView(needle.bytes, { escapes: false }).bytes },
    { ...needle, bytes: plainView(needle.bytes, { escapes: true }).bytes },
  ].filter(({ bytes }) => bytes.length >= 4);
}

function distinct(needles: readonly Needle[]): Needle[] {
  const byText = new Map<string, Needle>();
  for (const needle of needles) {
    const key = `${needle.secret} ${needle.bytes.toString("latin1")}`;
    if (!byText.has(key)) byText.set(key, needle);
  }
  return [...byText.values()];
}
