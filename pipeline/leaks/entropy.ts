/** gitleaks' measure of a secret: bits by character over its length in bytes. It stays in the redacted report, so it tells candidates apart. */
export function entropyOf(text: string): number {
  const growing = growingEntropy();
  for (const character of text) growing.add(character);
  return growing.value();
}

/** The same for a text that grows at its end, without starting over. */
export function growingEntropy(): { add(character: string): void; value(): number } {
  const counts = new Map<string, number>();
  let characters = 0;
  let bytes = 0;
  let weighted = 0;
  return {
    add(character) {
      const count = counts.get(character) ?? 0;
      counts.set(character, count + 1);
      weighted += (count + 1) * Math.log2(count + 1) - (count === 0 ? 0 : count * Math.log2(count));
      characters += 1;
      bytes += bytesOf(character.codePointAt(0) ?? 0);
    },
    value: () => (bytes === 0 ? 0 : (characters * Math.log2(bytes) - weighted) / bytes),
  };
}

/** The report holds it with single precision, summed up in random order. */
export function sameEntropy(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-4;
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
