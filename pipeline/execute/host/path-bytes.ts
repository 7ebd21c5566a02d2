/** Parts of a path with `/` between them; names in a tree may be no UTF-8. */
export function joinBytes(...parts: readonly (string | Buffer)[]): Buffer {
  const bytes = parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
  return Buffer.concat(bytes.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from("/"), part])));
}
