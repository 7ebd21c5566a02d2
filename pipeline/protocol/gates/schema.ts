import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import type { PlannedOperation } from "../../../schemas/protocol/planned-operation.ts";
import { opIdOf } from "../op-id.ts";
import { entryOf, type RegistryEntry } from "../registry/entry.ts";
import { outputTypeOf } from "../registry/output-type.ts";
import { formFault, readable, resultFault } from "./form.ts";
import { type Denial, denial, type Gate, isReliedOn, type PostInput, type PreInput } from "./gate.ts";
import { schemaFault } from "./json-schema.ts";
import { isInRange } from "./version-range.ts";

/** G-SCHEMA (C-04): the envelope is one, in both directions; the registry has its engine and operation, in a version that is asked for; params and types are those of the operation. */
export const schemaGate: Gate = {
  id: "G-SCHEMA",
  pre(input) {
    const fault = formFault(input.operation, "G-SCHEMA");
    const form = fault === null ? [] : [denial("VAL-HTC-001", "the envelope is no poe-1.0 operation", fault)];
    const operation = readable(input.operation);
    const { engine_id: engineId, operation: name } = operation;
    if (engineId === undefined || name === undefined) return form;
    const entry = entryOf(input.registry, engineId, name);
    if (entry === null) return [...form, unknownEntry(input, engineId, name), ...opId(input)];
    return [
      ...form,
      ...version(operation, entry),
      ...params(operation, entry),
      ...types(operation, entry),
      ...opId(input),
    ];
  },
  post({ operation, registry, result, measured }) {
    const fault = resultFault(result);
    if (fault !== null) return [denial("GATE_SCHEMA_RESULT", "the result is no EngineResult", fault)];
    const entry = entryOf(registry, operation.engine_id, operation.operation);
    if (entry === null) return [denial("GATE_SCHEMA_RESULT", "the registry does not know what this is a result of")];
    return answers({ operation, registry, result, measured }, EngineResult.parse(result), entry);
  },
};

function unknownEntry({ registry }: PreInput, engineId: string, name: string): Denial {
  if (!Object.hasOwn(registry.engines, engineId))
    return denial("GATE_SCHEMA_ENGINE_UNKNOWN", "the registry has no such engine", engineId);
  return denial("GATE_SCHEMA_OPERATION_UNKNOWN", "the engine has no such operation", `${engineId}: ${name}`);
}

function version({ engine_version_req: range }: Partial<PlannedOperation>, { engine }: RegistryEntry): Denial[] {
  if (range === undefined) return [];
  const found = isInRange(engine.interface_version, range);
  if (found === true) return [];
  const reason =
    found === null ? "engine_version_req is no range of versions" : "the engine's interface has another version";
  return [denial("GATE_SCHEMA_ENGINE_VERSION", reason, `found ${engine.interface_version}, expected ${range}`)];
}

function params(operation: Partial<PlannedOperation>, { op }: RegistryEntry): Denial[] {
  if (operation.params === undefined) return [];
  const fault = schemaFault(op.params_schema, operation.params);
  return fault === null ? [] : [denial("GATE_SCHEMA_PARAMS", "params do not fit the operation's schema", fault)];
}

function types({ output_spec: spec }: Partial<PlannedOperation>, { op }: RegistryEntry): Denial[] {
  const known: readonly string[] = op.output_types;
  const other = (spec?.expected_types ?? []).filter((type) => !known.includes(type));
  if (other.length === 0) return [];
  return [denial("GATE_SCHEMA_OUTPUT_TYPE", "the operation has no such output", other.join(", "))];
}

/** Nobody changes a word of an operation and keeps its name. */
function opId({ operation }: PreInput): Denial[] {
  if (readable(operation).op_id === undefined) return [];
  const { op_id: found, ...content } = operation as PlannedOperation;
  const expected = opIdOf(content);
  if (found === expected) return [];
  return [denial("GATE_SCHEMA_OP_ID", "op_id is not that of the content", `found ${found}, expected ${expected}`)];
}

function answers({ operation, measured }: PostInput, result: EngineResult, { op }: RegistryEntry): Denial[] {
  const faults: string[] = [];
  if (result.op_id !== operation.op_id) faults.push(`op_id: found ${result.op_id}, expected ${operation.op_id}`);
  const types: readonly (string | null)[] = result.outputs.map(({ kind }) => outputTypeOf(kind));
  const other = types.filter((type) => type === null || !operation.output_spec.expected_types.includes(type));
  if (other.length > 0) faults.push(`outputs: found ${other.join(", ")}, expected what output_spec names`);
  if (isReliedOn(result) && result.outputs.length === 0) faults.push("outputs: found none, expected a report");
  if (isReliedOn(result) && measured.report === undefined) faults.push("report: found none");
  if (measured.report !== undefined) {
    const fault = schemaFault(op.output_schema, measured.report);
    if (fault !== null) faults.push(`report: ${fault}`);
  }
  return faults.map((fault) => denial("GATE_SCHEMA_RESULT", "the result does not answer the operation", fault));
}
