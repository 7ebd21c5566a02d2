import { GateError } from "../../../schemas/error.ts";
import type { CapabilityDecision } from "../../../schemas/protocol/capability.ts";
import type { GateDecision, GateDenial } from "../../../schemas/protocol/gate-decision.ts";
import type { Registry } from "../../../schemas/protocol/registry.ts";
import { digestOf, uuidOf } from "../../findings/digest.ts";
import { budgetGate } from "./budget.ts";
import { capabilityDecisions, capabilityGate } from "./capability.ts";
import { determinismGate } from "./determinism.ts";
import { readable } from "./form.ts";
import { type Denial, denial, type Gate, type PostInput, type PreInput } from "./gate.ts";
import { integrityGate } from "./integrity.ts";
import { provenanceGate } from "./provenance.ts";
import { schemaGate } from "./schema.ts";

/** The six global gates, in the order in which they are told (C-01). */
export const GATES: readonly Gate[] = [
  schemaGate,
  capabilityGate,
  integrityGate,
  budgetGate,
  provenanceGate,
  determinismGate,
] as const;

/** What all gates said: `denials` of all of them (C-10); none means that it may run, or that its result counts. */
export interface Judgement {
  readonly op_id: string;
  readonly decisions: readonly GateDecision[];
  readonly denials: readonly GateDenial[];
}

/** The same before a run, with every check of a capability, and what is granted when nothing is denied. */
export interface PreJudgement extends Judgement {
  readonly capabilities: readonly CapabilityDecision[];
  readonly granted: readonly string[];
}

/** Judges an envelope before anything is done with it. A denied one must have no side effect (C-03). */
export function judgeBefore(input: PreInput, gates: readonly Gate[] = GATES): PreJudgement {
  const unread = unreadable(input.operation);
  if (unread !== null) {
    const denials = [denial("VAL-HTC-001", "the envelope is no poe-1.0 operation", unread)];
    return {
      ...judgement("pre", uuidOf(digestOf({ unread })), [{ gate: schemaGate, denials }]),
      capabilities: [],
      granted: [],
    };
  }
  const opId = nameOf(input.operation);
  const said = judgement(
    "pre",
    opId,
    gates.map((gate) => ({ gate, denials: gate.pre(input) })),
  );
  const capabilities = capabilityDecisions(input, opId);
  const granted = said.denials.length > 0 ? [] : capabilities.map(({ capability_id: id }) => id).sort();
  return { ...said, capabilities, granted };
}

/** Judges a result. A denial is a reason why it does not count, whatever it says of itself. */
export function judgeAfter(input: PostInput, gates: readonly Gate[] = GATES): Judgement {
  const unread = unreadable(input.result);
  if (unread !== null) {
    const denials = [denial("GATE_SCHEMA_RESULT", "the result is no EngineResult", unread)];
    return judgement("post", input.operation.op_id, [{ gate: schemaGate, denials }]);
  }
  return judgement(
    "post",
    input.operation.op_id,
    gates.map((gate) => ({ gate, denials: gate.post(input) })),
  );
}

/**
 * Compares what the registry requires with the gates that there are (J-75), once, at the start.
 * @throws GateError CONFIG_INVALID when one is missing or stands twice
 */
export function checkRuntime(registry: Registry, gates: readonly Gate[] = GATES): void {
  const present = gates.map(({ id }) => id);
  const twice = present.find((id, index) => present.indexOf(id) !== index);
  if (twice !== undefined) throw new GateError("CONFIG_INVALID", `gates: found ${twice} twice, expected each once`);
  for (const { engine_id: engine, required_gates: required } of Object.values(registry.engines)) {
    const missing = required.filter((id) => !present.includes(id));
    if (missing.length === 0) continue;
    const found = present.join(", ") || "none";
    const message = `gates: found ${found}, expected ${missing.join(", ")} too, which ${engine} requires`;
    throw new GateError("CONFIG_INVALID", message, { next: "nothing was run; use a complete build of the gate" });
  }
}

const MAX_DEPTH = 64;

/** What keeps a value from being judged at all; null when nothing does. Without recursion: it may be made to exhaust a stack. */
function unreadable(value: unknown): string | null {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH}`;
    // A lone half of a character has no UTF-8, so that no digest of it is the same everywhere.
    if (level.some((each) => typeof each === "string" && /\p{Surrogate}/u.test(each))) return "text that is no Unicode";
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.entries(each).flat() : []));
  }
  return null;
}

/** An envelope without an id of its own is told by one that is made of its text: no denial is about nothing (J-71). */
function nameOf(operation: unknown): string {
  return readable(operation).op_id ?? uuidOf(digestOf({ envelope: JSON.stringify(operation) ?? null }));
}

function judgement(
  phase: GateDecision["phase"],
  opId: string,
  said: readonly { readonly gate: Gate; readonly denials: readonly Denial[] }[],
): Judgement {
  const decisions = said.map(
    ({ gate, denials }): GateDecision => ({
      gate: gate.id,
      phase,
      op_id: opId,
      outcome: denials.length === 0 ? "pass" : "denied",
      denials: denials.map((each) => ({ gate: gate.id, ...each, op_id: opId })),
    }),
  );
  return { op_id: opId, decisions, denials: decisions.flatMap(({ denials }) => denials) };
}
