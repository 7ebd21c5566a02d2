import { GateError } from "../../../schemas/error.ts";

/** One row of a Markdown table: its line in the file (from 1) and its cells, unescaped and without blanks around them. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Table {
  readonly heading: TableRow;
  readonly rows: readonly TableRow[];
}

/** What a text holds of them: `strays` are lines that look like rows and belong to no table (below an empty line, without a heading). */
export interface Tables {
  readonly tables: readonly Table[];
  readonly strays: readonly TableRow[];
}

/**
 * The tables of a Markdown text (GFM, each line beginning with `|`), in order. What a reader does not see counts for nothing: fenced code and
 * HTML comments.
 * @throws GateError CONFIG_INVALID for a row with another number of cells than its heading
 */
export function markdownTables(text: string, origin: string): Tables {
  const tables: { heading: TableRow; rows: TableRow[] }[] = [];
  const strays: TableRow[] = [];
  let state: "outside" | "inside" = "outside";
  for (const [index, line] of shownLines(text).entries()) {
    const cells = cellsOf(line);
    const row = { line: index + 1, cells: cells ?? [] };
    const table = tables.at(-1);
    if (cells === null) {
      state = "outside";
    } else if (state === "inside" && table !== undefined) {
      table.rows.push(fitting(row, table.heading, origin));
    } else if (cells.every((cell) => /^:?-+:?$/.test(cell)) && strays.at(-1)?.line === index) {
      const heading = strays.pop() as TableRow;
      tables.push({ heading: fitting(heading, row, origin), rows: [] });
      state = "inside";
    } else {
      strays.push(row);
    }
  }
  return { tables, strays };
}

/** Line by line, with nothing in place of what is not shown. */
function shownLines(text: string): string[] {
  const blank = (hidden: string): string => hidden.replace(/[^\n]/g, "");
  let fence: string | null = null;
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/<!--[\s\S]*?(?:-->|$)/g, blank)
    .split("\n")
    .map((line) => {
      const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence === null) {
        fence = mark ?? null;
        return mark === undefined ? line : "";
      }
      if (mark?.startsWith(fence) === true && line.trim() === mark) fence = null;
      return "";
    });
}

/** Null for a line that is no row. `\|` is a bar inside a cell. */
function cellsOf(line: string): string[] | null {
  const row = line.trim();
  if (!row.startsWith("|")) return null;
  const cells = row
    .slice(1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
  if (cells.at(-1) === "") cells.pop();
  return cells;
}

function fitting(row: TableRow, other: TableRow, origin: string): TableRow {
  const [found, expected] = [row.cells.length, other.cells.length];
  if (found === expected) return row;
  throw new GateError("CONFIG_INVALID", `${origin}:${row.line}: found ${found} cells, expected ${expected}`, {
    next: "write a bar inside a cell as \\|",
  });
}
