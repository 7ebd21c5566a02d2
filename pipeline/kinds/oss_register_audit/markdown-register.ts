import { GateError } from "../../../schemas/error.ts";
import { nearest } from "../../../schemas/nearest.ts";
import { IntegrationMode, type Register, RegisterRow } from "../../../schemas/register.ts";
import { markdownTables, type Table, type TableRow } from "./markdown-table.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** The ten columns (protocol A-51). */
const COLUMNS = Object.keys(RegisterRow.shape);
const LISTS = ["capabilities_required", "used_by_modules"];

/**
 * Reads a register that is written as Markdown: every table whose heading is the ten columns, in any order. An empty cell is missing; lists
 * are parted by comma or `<br>`, and `none` is the empty one.
 * @throws GateError CONFIG_INVALID with the line, and for a misspelt word the nearest known one
 */
export function readMarkdownRegister(text: string, origin: string): Register {
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalid(origin, "found more than 16 MiB, expected less");
  const { tables: all, strays } = markdownTables(text, origin);
  const tables = all.filter(isMeant);
  if (tables.length === 0) throw invalid(origin, `found no table with the columns ${COLUMNS.join(" | ")}`);
  const stray = strays.find(({ cells }) => cells.length >= COLUMNS.length);
  if (stray !== undefined) throw invalid(`${origin}:${stray.line}`, "found a row outside of any table, expected none");
  const components = tables.flatMap((table) => {
    const columns = columnsOf(table.heading, origin);
    return table.rows.map((row) => rowOf(row, columns, origin));
  });
  return { schemaVersion: "supply-gate/register-1", components };
}

/** Other tables may stand in the same file; one that has some of the columns, however spelt, is meant to be this one. */
function isMeant({ heading }: Table): boolean {
  return heading.cells.filter((cell) => nearest(cell, COLUMNS) !== undefined).length >= 3;
}

function columnsOf({ line, cells }: TableRow, origin: string): readonly string[] {
  const where = `${origin}:${line}`;
  const names = cells.map(plain);
  const missing = COLUMNS.filter((column) => !names.includes(column));
  const strange = names.find((name) => !COLUMNS.includes(name));
  if (strange !== undefined) throw invalid(where, `unknown column "${strange}"${hint(strange, missing)}`);
  if (missing.length > 0) throw invalid(where, `found no column ${missing.join(", ")}, expected all ten`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(where, `column ${twice}: found twice, expected once`);
  return names;
}

function rowOf({ line, cells }: TableRow, columns: readonly string[], origin: string): RegisterRow {
  const entries = columns.map((column, index) => [column, cellValue(column, cells[index] ?? "")] as const);
  const row = RegisterRow.safeParse(Object.fromEntries(entries));
  if (row.success) return row.data;
  const issues = row.error.issues.map(({ path, message }) => {
    const column = String(path[0]);
    const index = columns.indexOf(column);
    const found = plain(cells[index] ?? "");
    if (column !== "integration_mode_default") return `${column}: found "${found}", ${message}`;
    return `${column}: found "${found}", expected one of ${IntegrationMode.options.join(", ")}${hint(found, IntegrationMode.options)}`;
  });
  throw invalid(`${origin}:${line}`, issues.join("; "));
}

function cellValue(column: string, cell: string): string | string[] | undefined {
  if (cell === "") return undefined;
  if (!LISTS.includes(column)) return plain(cell);
  const items = cell
    .split(/,|<br\s*\/?>/i)
    .map((item) => plain(item.trim()))
    .filter((item) => item !== "");
  return items.length === 1 && items[0]?.toLowerCase() === "none" ? [] : items;
}

/** Words are often set as code. */
function plain(cell: string): string {
  return /^`([^`]*)`$/.exec(cell)?.[1]?.trim() ?? cell;
}

function hint(found: string, known: readonly string[]): string {
  const meant = nearest(found, known);
  return meant === undefined ? "" : `; did you mean "${meant}"?`;
}

function invalid(where: string, message: string): GateError {
  return new GateError("CONFIG_INVALID", `${where}: ${message}`, { next: "correct the register; nothing was scanned" });
}
