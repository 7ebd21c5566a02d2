/** JSON with comments and commas before a closing bracket, as Bun writes it, to plain JSON; every line and column stays where it is. */
export function jsonOfJsonc(text: string): string {
  const blanks: [from: number, to: number][] = [];
  let comma = -1;
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    const end = endOfToken(text, at);
    if (char === "/" && end > at + 1) blanks.push([at, end]);
    else if (char === ",") comma = at;
    else if (!/\s/.test(char)) {
      if (comma >= 0 && (char === "}" || char === "]")) blanks.push([comma, comma + 1]);
      comma = -1;
    }
    at = end;
  }
  let json = "";
  let from = 0;
  for (const [start, end] of blanks.sort(([a], [b]) => a - b)) {
    json += text.slice(from, start) + text.slice(start, end).replace(/[^\r\n]/g, " ");
    from = end;
  }
  return json + text.slice(from);
}

/** A string or a comment as a whole, else one character; what is not closed goes to the end, for the JSON reader to refuse. */
function endOfToken(text: string, start: number): number {
  const two = text.slice(start, start + 2);
  if (two === "//") return endAfter(text, "\n", start) - 1;
  if (two === "/*") return endAfter(text, "*/", start + 2);
  if (text[start] !== '"') return start + 1;
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function endAfter(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length + 1 : at + mark.length;
}
