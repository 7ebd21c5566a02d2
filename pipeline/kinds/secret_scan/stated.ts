import { GateError } from "../../../schemas/error.ts";

/**
 * What gitleaks says of its own run on stderr: it counts its findings and the bytes that it read.
 * @param findings entries of its report
 * @returns bytes of all files with text, those of our configuration included
 * @throws GateError DOCUMENT_INVALID when it says nothing, or counts otherwise than its report
 */
export function statedBytes(stderr: string, findings: number): number {
  const found = numberIn(stderr, /^\S+ WRN leaks found: (\d+)$/m, "how many findings there are");
  if (found !== findings) {
    throw new GateError(
      "DOCUMENT_INVALID",
      `gitleaks report: found ${findings} findings, expected ${found} by its count`,
    );
  }
  return numberIn(stderr, /^\S+ INF scanned ~(\d+) bytes /m, "how many bytes it read");
}

function numberIn(stderr: string, pattern: RegExp, what: string): number {
  const [, digits] = pattern.exec(stderr) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new GateError("DOCUMENT_INVALID", `gitleaks: found nothing on stderr of ${what}, expected a line`);
}
