import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { SHARED_DATA } from "../support/shared-data.ts";

const SCHEMAS = join(SHARED_DATA, "official-schemas");
export const hasOfficialSchemas = existsSync(SCHEMAS);

/**
 * A validator for an official schema. `uniqueItems` on lists of objects is taken out, since Ajv compares each with each (20,000 components:
 * two minutes); duplicates are looked for by the tests themselves.
 */
export function validatorOf(file: string, ...references: readonly string[]): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  for (const name of references) ajv.addSchema(schemaOf(name), name);
  return ajv.compile(schemaOf(file));
}

function schemaOf(name: string): object {
  const schema: object = JSON.parse(readFileSync(join(SCHEMAS, name), "utf8"));
  withoutUniqueItems(schema);
  return schema;
}

function withoutUniqueItems(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  if ("uniqueItems" in node) delete node.uniqueItems;
  for (const child of Object.values(node)) withoutUniqueItems(child);
}
