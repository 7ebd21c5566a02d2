/** A text that canonical JSON can carry: half a surrogate pair, which a message may quote or end with when it was cut, becomes U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\u{fffd}");
}
