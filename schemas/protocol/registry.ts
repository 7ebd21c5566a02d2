import { z } from "zod";
import { Sha256 } from "../common.ts";
import { CapabilityId } from "./capability.ts";
import type { ResultReason } from "./engine-result.ts";
import { GateId } from "./gate-decision.ts";
import { Budget, Determinism } from "./planned-operation.ts";

/** The part of JSON Schema 2020-12 that a params or output schema may use; a misspelt keyword would be one that nobody checks. */
export interface JsonSchemaForm {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean" | "null" | undefined;
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, JsonSchemaForm>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: boolean | undefined;
  readonly items?: JsonSchemaForm | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly const?: string | undefined;
  readonly pattern?: string | undefined;
  readonly minLength?: number | undefined;
}

const JsonSchemaForm: z.ZodType<JsonSchemaForm> = z.lazy(() =>
  z.strictObject({
    type: z.enum(["object", "array", "string", "integer", "number", "boolean", "null"]).optional(),
    description: z.string().optional(),
    properties: z.record(z.string(), JsonSchemaForm).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.boolean().optional(),
    items: JsonSchemaForm.optional(),
    enum: z.array(z.string()).optional(),
    const: z.string().optional(),
    pattern: z.string().optional(),
    minLength: z.int().nonnegative().optional(),
  }),
);

/** Output types of the protocol's engines; which artifact kinds they are is a table of its own (K-18). */
export const OutputType = z.enum(["artifact.dataset", "artifact.tool_output", "artifact.file"]);
export type OutputType = z.infer<typeof OutputType>;

const Version = z.string().regex(/^\d+\.\d+\.\d+$/, "expected MAJOR.MINOR.PATCH");
const EngineId = z.string().regex(/^engine(\.[a-z0-9_]+)+$/, "expected an id such as engine.supply_chain.vuln");
const FailureCode = z.string().regex(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/, "expected PREFIX_REASON");
const ComponentId = z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+)+$/, "expected an id such as oss.gitleaks");

/** What carries an engine out: a program whose bytes `pipeline/pins/tools.json` pins (`pin_sha256` is over its entry there), or code of this program. */
const EngineImplementation = z.discriminatedUnion("adapter", [
  z.strictObject({
    adapter: z.literal("external_process"),
    component_id: ComponentId,
    tool: z.string().min(1),
    version: Version,
    pin_source: z.literal("pipeline/pins/tools.json"),
    pin_sha256: Sha256,
  }),
  z.strictObject({ adapter: z.literal("in_process"), component_id: ComponentId, name: z.string().min(1) }),
]);
export type EngineImplementation = z.infer<typeof EngineImplementation>;

const RegistryOperation = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]+$/),
  purpose: z.string().min(1),
  schema_ref: z.literal("poe-1.0"),
  params_schema: JsonSchemaForm,
  /** Beside the engine's own. */
  capabilities: z.array(CapabilityId),
  output_types: z.array(OutputType).min(1),
  output_schema: JsonSchemaForm,
});
export type RegistryOperation = z.infer<typeof RegistryOperation>;

/** One engine by the template. All six global gates are required of each (C-01). */
export const RegistryEngine = z.strictObject({
  engine_id: EngineId,
  interface_version: Version,
  domain: z.string().min(1),
  purpose: z.string().min(1),
  determinism_ceiling: Determinism,
  required_caps: z.array(CapabilityId).min(1),
  required_gates: z.array(GateId).refine((gates) => GateId.options.every((gate) => gates.includes(gate)), {
    error: `expected every global gate: ${GateId.options.join(", ")}`,
  }),
  default_budget: Budget,
  maximum_budget: Budget,
  implementations: z.array(EngineImplementation).min(1),
  ops: z.array(RegistryOperation).min(1),
  /** The stable code for each reason. */
  failure_codes: z.strictObject({
    policy_block: FailureCode,
    tool_error: FailureCode,
    budget_exceeded: FailureCode,
    evidence_invalid: FailureCode,
    incomplete: FailureCode,
    not_isolated: FailureCode,
    gate_denied: FailureCode,
  } satisfies Record<ResultReason, typeof FailureCode>),
  /** Names of the vectors that have to hold before it is callable (H-04). */
  conformance: z.strictObject({ golden: z.array(z.string()).min(1), reject: z.array(z.string()).min(1) }),
});
export type RegistryEngine = z.infer<typeof RegistryEngine>;

/** A whitelist of capabilities that a job may have at most. */
const CapabilityProfile = z.strictObject({ profile_id: z.string().min(1), capabilities: z.array(CapabilityId) });
export type CapabilityProfile = z.infer<typeof CapabilityProfile>;

type Report = (path: (string | number)[], message: string) => void;

/** `mechanical_engines.json`: which engines there are, and what each may at most. What is not in it can't be called. */
export const Registry = z
  .strictObject({
    schema_version: z.literal("supply-gate/registry-1"),
    registry_version: Version,
    capability_registry_version: Version,
    profiles: z.record(z.string(), CapabilityProfile),
    engines: z.record(EngineId, RegistryEngine),
  })
  .superRefine(({ profiles, engines }, context) => {
    const report: Report = (path, message) => context.addIssue({ code: "custom", path, message });
    for (const [id, { profile_id: inner }] of Object.entries(profiles)) {
      if (inner !== id) report(["profiles", id, "profile_id"], `found "${inner}", expected its key "${id}"`);
    }
    for (const [id, engine] of Object.entries(engines)) {
      checkEngine(id, engine, (path, message) => report(["engines", id, ...path], message));
    }
  });
export type Registry = z.infer<typeof Registry>;

function checkEngine(id: string, engine: RegistryEngine, report: Report): void {
  if (engine.engine_id !== id) report(["engine_id"], `found "${engine.engine_id}", expected its key "${id}"`);
  for (const cap of Object.keys(Budget.shape) as (keyof Budget)[]) {
    const [most, given] = [engine.maximum_budget[cap], engine.default_budget[cap]];
    if (given > most) report(["default_budget", cap], `found ${given}, expected the maximum ${most} or less`);
  }
  const tools = engine.implementations.flatMap((each) => ("tool" in each ? [`proc.exec:${each.tool}`] : []));
  engine.ops.forEach(({ name, capabilities }, index) => {
    if (engine.ops.findIndex((other) => other.name === name) !== index)
      report(["ops", index, "name"], `found "${name}" a second time`);
    const run = capabilities.filter((each) => each.startsWith("proc.exec"));
    if (run.some((each) => !tools.includes(each)) || run.length !== tools.length)
      report(
        ["ops", index, "capabilities"],
        `found ${run.join(", ") || "none"} to run, expected ${tools.join(", ") || "none"}`,
      );
  });
}
