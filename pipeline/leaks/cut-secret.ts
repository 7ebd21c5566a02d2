import type { Secret } from "./secret.ts";

/** Nothing of ours is cut shorter than this. */
const SHORTEST_CUT = 250;
const MIN_BYTES = 8;

/** Long messages are cut: where a text ends in the first half of a secret or more of it, that end is replaced too. */
export function cutSecret(text: string, secrets: readonly Secret[], markOf: (secret: number) => string): string {
  if (text.length < SHORTEST_CUT) return text;
  const tail = text.slice(-MIN_BYTES);
  for (const [index, { bytes }] of secrets.entries()) {
    const secret = bytes.toString("utf8");
    const least = Math.max(MIN_BYTES, Math.ceil(secret.length / 2));
    for (let at = secret.lastIndexOf(tail); at >= 0 && at + MIN_BYTES >= least; at = secret.lastIndexOf(tail, at - 1)) {
      const head = secret.slice(0, at + MIN_BYTES);
      if (text.endsWith(head)) return text.slice(0, -head.length) + markOf(index);
      if (at === 0) break;
    }
  }
  return text;
}
