/**
 * The folders that a `.gitmodules` file gives to submodules, relative to its own folder; those that lead out of it are left out.
 * It is read as git reads it, as far as sections, quotes and comments go; what is no such file names nothing.
 */
export function submodulePaths(text: string): string[] {
  const paths = new Set<string>();
  let isSubmodule = false;
  for (const line of text.replace(/\\\r?\n/g, "").split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)\s*(?:"(?:[^"\\]|\\.)*"\s*)?\](.*)$/.exec(line);
    if (header !== null) isSubmodule = header[1]?.toLowerCase() === "submodule";
    const value = /^\s*path\s*=(.*)$/i.exec(header?.[2] ?? line)?.[1];
    const path = isSubmodule && value !== undefined ? plainPath(unquoted(value)) : undefined;
    if (path !== undefined) paths.add(path);
  }
  return [...paths].sort();
}

/** A value without quotes, escapes, comment and the blanks around it. */
function unquoted(value: string): string {
  let text = "";
  let quoted = false;
  // Blanks at the end count only inside of quotes.
  let length = 0;
  const trimmed = value.trimStart();
  for (let at = 0; at < trimmed.length; at++) {
    const character = trimmed[at] as string;
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === "#" || character === ";")) break;
    else text += character === "\\" ? (trimmed[++at] ?? "") : character;
    if (quoted || !/\s/.test(character)) length = text.length;
  }
  return text.slice(0, length);
}

function plainPath(path: string): string | undefined {
  const parts = path.replace(/\/+$/, "").split("/");
  return parts.some((part) => part === "" || part === "." || part === "..") ? undefined : parts.join("/");
}
