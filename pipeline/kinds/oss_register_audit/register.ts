import { GateError } from "../../../schemas/error.ts";
import { Register, type RegisterRow } from "../../../schemas/register.ts";
import { readYaml } from "../../../schemas/yaml.ts";
import { canonicalPurl, withoutVersion } from "../../findings/canonical-purl.ts";
import { readMarkdownRegister } from "./markdown-register.ts";

/**
 * Reads a register file: our YAML, or by the name `.md` a Markdown table of the ten columns.
 * @throws GateError CONFIG_INVALID with line and column for what is no row; for a purl that is none; for two rows about the same thing
 */
export function readRegister(text: string, origin: string): Register {
  const isMarkdown = /\.(?:md|markdown)$/i.test(origin);
  const register = isMarkdown ? readMarkdownRegister(text, origin) : readYaml(Register, text, origin, "CONFIG_INVALID");
  refuseRepeated(
    origin,
    "component_id",
    register.components.map(({ component_id }) => component_id),
  );
  refuseRepeated(
    origin,
    "upstream_ref",
    register.components.flatMap((row) => rowPurl(row, origin) ?? []),
  );
  return register;
}

/** Finds the row of a component: first one for its very version, then one for any version. */
export function rowFinder({ components }: Register): (purl: string) => RegisterRow | undefined {
  const rows = new Map(components.flatMap((row) => keyed(rowPurl(row, "register"), row)));
  return (purl) => rows.get(purl) ?? rows.get(withoutVersion(purl));
}

/**
 * Rows that stand for none of the components, in the register's order. A program or service that is no package of a registry can't be one of
 * them; a row that says nothing about its upstream is not complete, which is told of it already.
 */
export function deadRows({ components }: Register, purls: readonly string[]): RegisterRow[] {
  const alive = new Set(purls.flatMap((purl) => [purl, withoutVersion(purl)]));
  return components.filter((row) => {
    if (row.upstream_ref == null || row.upstream_ref.trim() === "") return false;
    const purl = rowPurl(row, "register");
    const isPackage = purl !== undefined && !purl.startsWith("pkg:generic/");
    if (!isPackage && row.integration_mode_default?.startsWith("external_") === true) return false;
    return purl === undefined || !alive.has(purl);
  });
}

function keyed(purl: string | undefined, row: RegisterRow): [string, RegisterRow][] {
  return purl === undefined ? [] : [[purl, row]];
}

function rowPurl({ component_id, upstream_ref }: RegisterRow, origin: string): string | undefined {
  if (upstream_ref == null || !upstream_ref.startsWith("pkg:")) return undefined;
  const purl = canonicalPurl(upstream_ref)?.purl;
  if (purl !== undefined) return purl;
  throw new GateError(
    "CONFIG_INVALID",
    `${origin}: ${component_id}: upstream_ref: found "${upstream_ref}", expected a purl`,
    {
      next: "write it as pkg:<type>/<name>, with or without @<version>",
    },
  );
}

function refuseRepeated(origin: string, column: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated === undefined) return;
  throw new GateError("CONFIG_INVALID", `${origin}: ${column}: found "${repeated}" twice, expected one row for each`);
}
