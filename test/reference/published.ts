import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { z } from "zod";
import { PUBLISHED, type Published } from "../../schemas/published.ts";
import { ROOT } from "../support/shared-data.ts";

export const SCHEMAS = join(ROOT, "docs/reference/schemas");
export const EXAMPLES = join(ROOT, "docs/reference/examples");

/** The published form of a schema. */
export function schemaText({ name, title, schema }: Published): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    // No format that the standard has; the pattern beside it says the same.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === "base64") delete jsonSchema.format;
    },
  });
  return `${JSON.stringify({ $schema, $id: `urn:supply-gate:schema:${name}`, title, ...rest }, null, 2)}\n`;
}

const ajv = new Ajv2020({ allErrors: false, strict: true, strictTypes: false, strictTuples: false });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
const validators = new Map<string, ValidateFunction>();

/** The validator of a published schema, from the file that is published. */
export function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const made = ajv.compile(JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), "utf8")));
  validators.set(name, made);
  return made;
}

/** Everything that a validator has against a value; empty when it is valid. */
export function faultsOf(name: string, value: unknown): string[] {
  const validate = validatorOf(name);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The published document that a file of the results is; undefined for what has no schema of ours. */
export function publishedAs(path: string): Published | undefined {
  return PUBLISHED.find(({ files }) => files?.test(path) === true);
}

/** The documents that a file holds: one, or one a line. */
export function documentsIn(text: string, { lines }: Published): unknown[] {
  if (lines !== true) return [JSON.parse(text)];
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}
