import { z } from "zod";
import type { JsonSchemaForm } from "../../../schemas/protocol/registry.ts";

/** What of a value does not fit a schema of the registry, as one line; null when all of it does. */
export function schemaFault(schema: JsonSchemaForm, value: unknown): string | null {
  const { error } = z.fromJSONSchema(schema as z.core.JSONSchema.JSONSchema).safeParse(value);
  if (error === undefined) return null;
  return error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.map(String).join(".") || "value"}: ${message}`)
    .join("; ");
}
