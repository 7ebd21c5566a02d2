import { encodingOf, HEAD_BYTES } from "./encoding.ts";

/** A file's content as a scanner of bytes can read it: UTF-16 becomes UTF-8, line by line the same; null: binary, no text to scan. */
export function plainTextOf(content: Buffer): Buffer | null {
  const encoding = encodingOf(content.subarray(0, HEAD_BYTES));
  if (encoding === "binary") return null;
  if (encoding === "text" || encoding === "masked-text") return content;
  return Buffer.from(new TextDecoder(encoding).decode(content));
}
