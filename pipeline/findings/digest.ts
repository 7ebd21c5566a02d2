import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** Digest of any JSON value over its canonical form (RFC 8785). */
export function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(canonicalize(value) ?? "")
    .digest("hex");
}

/** A UUID (version 8, RFC 9562) made from content, so that equal content has an equal id. */
export function uuidOf(sha256: string): string {
  const variant = ((Number.parseInt(sha256.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    sha256.slice(0, 8),
    sha256.slice(8, 12),
    `8${sha256.slice(13, 16)}`,
    `${variant}${sha256.slice(18, 20)}`,
    sha256.slice(20, 32),
  ].join("-");
}
