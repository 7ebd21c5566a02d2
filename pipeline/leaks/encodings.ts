/** A form of a secret that must not occur in anything that leaves the machine. */
export interface Needle {
  /** Which secret, by its place in the list that the needles were made from. */
  readonly secret: number;
  readonly encoding: Encoding;
  readonly bytes: Buffer;
  /** Too short to be told from chance in the midst of letters and digits: it counts only where it stands alone. */
  readonly bounded: boolean;
}

export type Encoding =
  | "raw"
  | "reversed"
  | "hex"
  | "HEX"
  | "base64+0"
  | "base64+1"
  | "base64+2"
  | "base64url+0"
  | "base64url+1"
  | "base64url+2"
  | "line";

/** Shorter ones are words that any text holds. */
export const MIN_BYTES = 4;
const MIN_FREE = 8;
const MIN_FREE_HEX = 16;
/** A line of a key, of which one alone gives much of it away. */
const KEY_LINE = /^[\w+/=-]{20,}$/;

/**
 * Every form in which a secret is looked for. Escapes (URL, JSON, HTML) and line breaks are no forms of their own: the text is also searched
 * with both undone. Empty for a secret of fewer than four bytes.
 */
export function encodingsOf(secret: Buffer, index: number): Needle[] {
  if (secret.length < MIN_BYTES) return [];
  const forms: [Encoding, Buffer][] = [
    ["raw", secret],
    ["reversed", Buffer.from(secret).reverse()],
    ["hex", Buffer.from(secret.toString("hex"))],
    ["HEX", Buffer.from(secret.toString("hex").toUpperCase())],
    ...base64Forms(secret),
    ...keyLines(secret).map((line): [Encoding, Buffer] => ["line", Buffer.from(line)]),
  ];
  return forms.map(([encoding, bytes]) => ({ secret: index, encoding, bytes, bounded: isShort(bytes) }));
}

function isShort(bytes: Buffer): boolean {
  return bytes.length < MIN_FREE || (bytes.length < MIN_FREE_HEX && /^[0-9a-f]*$/i.test(bytes.toString("latin1")));
}

/** The characters that stand for the secret alone, wherever in a group of three bytes it begins. */
function base64Forms(secret: Buffer): [Encoding, Buffer][] {
  return [0, 1, 2].flatMap((shift): [Encoding, Buffer][] => {
    const padded = Buffer.concat([Buffer.alloc(shift), secret]);
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    const standard = padded.toString("base64").slice(from, to);
    if (standard.length < MIN_BYTES) return [];
    const url = standard.replaceAll("+", "-").replaceAll("/", "_");
    const forms: [Encoding, Buffer][] = [[`base64+${shift}` as Encoding, Buffer.from(standard)]];
    return url === standard ? forms : [...forms, [`base64url+${shift}` as Encoding, Buffer.from(url)]];
  });
}

function keyLines(secret: Buffer): string[] {
  const lines = secret.toString("latin1").split(/\r?\n|\\n/);
  return lines.length < 2 ? [] : lines.map((line) => line.trim()).filter((line) => KEY_LINE.test(line));
}
