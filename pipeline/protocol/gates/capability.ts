import type { CapabilityDecision } from "../../../schemas/protocol/capability.ts";
import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import type { CapabilityProfile, Registry } from "../../../schemas/protocol/registry.ts";
import { capabilityOf, covers, needsConsent } from "../capabilities/capability.ts";
import { effectiveCapabilities } from "../capabilities/effective.ts";
import { entryOf } from "../registry/entry.ts";
import { formFault, readable } from "./form.ts";
import { type Denial, denial, type Gate, type PreInput } from "./gate.ts";

/** G-CAP (C-05): what the operation needs is requested, what is requested is granted by registry, profile and surface, and nothing else; consent is on record, not claimed. */
export const capabilityGate: Gate = {
  id: "G-CAP",
  pre(input) {
    const fault = formFault(input.operation, "G-CAP");
    const form =
      fault === null ? [] : [denial("GATE_CAP_FORM", "capabilities are not asked for as they have to be", fault)];
    return [
      ...form,
      ...profileFault(input),
      ...checks(input).flatMap(({ denials }) => denials),
      ...consent(input),
      ...tool(input),
    ];
  },
  post({ result, measured }) {
    const read = EngineResult.safeParse(result);
    if (!read.success) return [];
    const told = read.data.provenance.capabilities_granted.toSorted().join(", ");
    const expected = measured.granted.toSorted().join(", ");
    if (told === expected) return [];
    return [
      denial(
        "GATE_CAP_FALSE_GRANT",
        "the result names other capabilities than were granted",
        `found ${told || "none"}, expected ${expected || "none"}`,
      ),
    ];
  },
};

/** Every check of a capability for an operation, in order, allowed or not: what is requested, and what would be needed and is not. */
export function capabilityDecisions(input: PreInput, opId: string): CapabilityDecision[] {
  return checks(input).map(({ id, denials }) => ({
    capability_id: id.slice(0, 200) || "(nothing)",
    actor_id: input.surface.actorId,
    job_id: opId,
    decision_outcome: denials.length === 0 ? "allow" : "deny",
  }));
}

interface Check {
  readonly id: string;
  readonly denials: readonly Denial[];
}

function checks(input: PreInput): Check[] {
  const requested = [...new Set(readable(input.operation).capabilities_requested ?? [])];
  const needed = (entry(input)?.capabilities ?? []).filter((id) => !requested.includes(id));
  const granted = grantsOf(input);
  return [
    ...requested.map((id) => ({ id, denials: judge(id, granted, input) })),
    ...needed.map((id) => ({
      id,
      denials: [about(id, "GATE_CAP_NOT_REQUESTED", "the operation needs it and does not ask for it")],
    })),
  ];
}

function judge(id: string, granted: readonly string[], { surface }: PreInput): Denial[] {
  if (capabilityOf(id) === null) return [about(id, "HSK-4001", "UnknownCapability")];
  if (!granted.some((grant) => covers(grant, id))) {
    return [about(id, "GATE_CAP_NOT_GRANTED", "not granted by registry, profile and surface together")];
  }
  const agreed = surface.consents.some(({ capability_id: given }) => covers(given, id));
  return needsConsent(id) && !agreed ? [about(id, "GATE_CAP_NO_CONSENT", "needs a consent that is on record")] : [];
}

/** What registry, profile and surface grant together; nothing for what none of them knows. */
function grantsOf(input: PreInput): string[] {
  return effectiveCapabilities([
    entry(input)?.capabilities ?? [],
    profileOf(input)?.capabilities ?? [],
    input.surface.capabilities,
  ]);
}

function entry({ operation, registry }: PreInput) {
  const { engine_id: engineId, operation: name } = readable(operation);
  return engineId === undefined || name === undefined ? null : entryOf(registry, engineId, name);
}

function profileOf({ operation, registry }: PreInput): CapabilityProfile | undefined {
  return profileIn(registry, readable(operation).capability_profile_id);
}

function profileIn({ profiles }: Registry, id: string | undefined): CapabilityProfile | undefined {
  return id !== undefined && Object.hasOwn(profiles, id) ? profiles[id] : undefined;
}

/** J-73: the profile's name is no capability, so it is not told as one. */
function profileFault({ operation, registry }: PreInput): Denial[] {
  const id = readable(operation).capability_profile_id;
  if (id === undefined || profileIn(registry, id) !== undefined) return [];
  return [denial("GATE_CAP_PROFILE_UNKNOWN", "the registry has no such profile", id)];
}

/** J-72: a word of the caller's is no consent. */
function consent({ operation, surface }: PreInput): Denial[] {
  const { human_consent_obtained: claimed, capabilities_requested: requested = [] } = readable(operation);
  if (claimed !== true) return [];
  const known = requested.some((id) => surface.consents.some(({ capability_id: given }) => covers(given, id)));
  return known ? [] : [denial("GATE_CAP_FALSE_CONSENT", "a consent is claimed that is not on record")];
}

/** J-72: what is started is what was asked for, not what the adapter has as its constant. */
function tool(input: PreInput): Denial[] {
  if (input.step === null) return [];
  const { capabilities_requested: requested = [] } = readable(input.operation);
  const id = `proc.exec:${input.step.tool}`;
  if (requested.includes(id) || entry(input)?.capabilities.includes(id)) return [];
  return [about(id, "GATE_CAP_OTHER_TOOL", "the step would start a tool that is not asked for")];
}

function about(id: string, code: Denial["code"], reason: string): Denial {
  return { ...denial(code, reason), capability_id: id.slice(0, 200) || "(nothing)" };
}
