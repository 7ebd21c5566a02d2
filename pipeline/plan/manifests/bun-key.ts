/**
 * Where Bun looks for a dependency of the entry at a key (`parent/name`, nested as in `node_modules`): below it, below its parent, and so on
 * up to the root, which is "".
 */
export function placesOf(key: string, name: string): string[] {
  const places: string[] = [];
  const parts = key === "" ? [] : key.split("/");
  while (parts.length > 0) {
    places.push(`${parts.join("/")}/${name}`);
    parts.pop();
    // A scope belongs to the name behind it.
    if (parts.at(-1)?.startsWith("@")) parts.pop();
  }
  return [...places, name];
}
