import type { Artifact } from "../../schemas/protocol/artifact.ts";
import { visible } from "../findings/visible.ts";

/** What a store holds, a line each; the id is as much of it as the other actions need. */
export function artifactsTable(artifacts: readonly Artifact[]): string {
  if (artifacts.length === 0) return "no artifacts\n";
  const rows = [HEAD, ...artifacts.map(rowOf)];
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => aligned(cell, at, widths))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

const HEAD = ["id", "kind", "bytes", "class", "leaves", "kept", "hint"];
const BYTES = HEAD.indexOf("bytes");

function rowOf(artifact: Artifact): string[] {
  const { artifact_id: id, kind, size_bytes: size, classification, exportable, filename_hint: hint } = artifact;
  return [
    id.slice(0, 13),
    kind,
    String(size),
    classification,
    exportable ? "yes" : "no",
    keptOf(artifact),
    visible(hint ?? ""),
  ];
}

function keptOf({ pinned, retention_kind: kind, retention_ttl_days: days }: Artifact): string {
  const policy = days === undefined ? kind : `${kind} ${days} days`;
  return pinned === true ? `${policy}, pinned` : policy;
}

function aligned(cell: string, at: number, widths: readonly number[]): string {
  const width = widths[at] ?? 0;
  return at === BYTES ? cell.padStart(width) : cell.padEnd(width);
}
