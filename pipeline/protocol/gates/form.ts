import type { z } from "zod";
import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import type { GateId } from "../../../schemas/protocol/gate-decision.ts";
import { PlannedOperation } from "../../../schemas/protocol/planned-operation.ts";
import { visible } from "../../findings/visible.ts";

/** Which gate says that a field has no form or is missing; G-SCHEMA for every other place, unknown fields too. So one fault is denied once, and none by nobody. */
const OWNERS: ReadonlyMap<string, GateId> = new Map([
  ["capabilities_requested", "G-CAP"],
  ["capability_profile_id", "G-CAP"],
  ["human_consent_obtained", "G-CAP"],
  ["inputs", "G-INTEGRITY"],
  ["budget", "G-BUDGET"],
  ["determinism", "G-DET"],
  ["evidence_policy", "G-DET"],
]);

const MAX_SHOWN = 10;

/** Everything about the form of an envelope that a gate answers for, as one line; null when there is nothing. */
export function formFault(operation: unknown, gate: GateId): string | null {
  const issues = PlannedOperation.safeParse(operation).error?.issues ?? [];
  return told(issues.filter(({ path }) => (OWNERS.get(String(path[0])) ?? "G-SCHEMA") === gate));
}

/** The same for a result: that is G-SCHEMA's as a whole. */
export function resultFault(result: unknown): string | null {
  return told(EngineResult.safeParse(result).error?.issues ?? []);
}

/** The fields of an envelope that can be read as they are meant to be; undefined for each that can't. */
export function readable(operation: unknown): Partial<PlannedOperation> {
  const fields: Record<string, unknown> = {};
  if (typeof operation !== "object" || operation === null) return fields;
  for (const [name, schema] of Object.entries(PlannedOperation.shape)) {
    const value = Object.hasOwn(operation, name) ? (operation as Record<string, unknown>)[name] : undefined;
    const read = (schema as z.ZodType).safeParse(value);
    if (read.success) fields[name] = read.data;
  }
  return fields;
}

function told(issues: readonly z.core.$ZodIssue[]): string | null {
  if (issues.length === 0) return null;
  const lines = issues
    .slice(0, MAX_SHOWN)
    .map(({ path, message }) => `${path.map(String).join(".") || "envelope"}: ${message}`);
  const more = issues.length > MAX_SHOWN ? [`and ${issues.length - MAX_SHOWN} more`] : [];
  return visible([...lines, ...more].join("; "));
}
