import type { ArtifactHandle } from "../../../schemas/protocol/artifact-handle.ts";
import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import type { EngineImplementation, RegistryEngine } from "../../../schemas/protocol/registry.ts";
import { digestOf } from "../../findings/digest.ts";
import { entryOf } from "../registry/entry.ts";
import { readable } from "./form.ts";
import {
  type Denial,
  denial,
  type Gate,
  isReliedOn,
  type KnownContent,
  type PostInput,
  type PreInput,
} from "./gate.ts";

/** G-PROVENANCE (C-08): everything that would be read is declared, what would run is pinned; afterwards, what is told is what was measured. */
export const provenanceGate: Gate = {
  id: "G-PROVENANCE",
  pre(input) {
    const { inputs, engine_id: engineId = "", operation: name = "" } = readable(input.operation);
    const engine = entryOf(input.registry, engineId, name)?.engine;
    return [
      ...(inputs === undefined ? [] : undeclared(inputs, input.reads)),
      ...(engine === undefined ? [] : unpinned(engine, input)),
    ];
  },
  post(input) {
    const read = EngineResult.safeParse(input.result);
    if (!read.success) return [];
    return differences(read.data, input).map((each) =>
      denial("GATE_PROVENANCE_FALSE", "the provenance is not what was measured", each),
    );
  },
};

/** J-63: what is scanned is what is declared, not `.`. */
function undeclared(inputs: readonly ArtifactHandle[], reads: readonly KnownContent[]): Denial[] {
  const declared = new Set(inputs.map(({ content_hash: hash }) => hash));
  return reads
    .filter(({ content_hash: hash }) => !declared.has(hash))
    .map(({ content_hash: hash }) =>
      denial("GATE_PROVENANCE_UNDECLARED_INPUT", "something would be read that is no input", hash),
    );
}

function unpinned({ implementations }: RegistryEngine, { step }: PreInput): Denial[] {
  const tool = step?.tool;
  const known = implementations.some((each) => (each.adapter === "in_process" ? undefined : each.tool) === tool);
  return known
    ? []
    : [denial("GATE_PROVENANCE_UNPINNED", "the registry pins no such implementation", tool ?? "in process")];
}

function differences(result: EngineResult, { operation, registry, measured }: PostInput): string[] {
  const { provenance: told, outputs, status } = result;
  const engine = registry.engines[operation.engine_id];
  const pairs: [string, unknown, unknown][] = [
    ["engine_id", told.engine_id, operation.engine_id],
    ["engine_version", told.engine_version, engine?.interface_version],
    ["implementation", told.implementation, measured.implementation],
    ["config_hash", told.config_hash, measured.configHash],
    ["environment", told.environment, measured.environment],
    ["inputs", told.inputs, operation.inputs],
    ["outputs", told.outputs, outputs],
  ];
  // What was denied has read nothing.
  if (status !== "denied") pairs.push(["what was read", hashes(told.inputs), hashes(measured.reads)]);
  const found = pairs
    .filter(([, one, other]) => digestOf({ of: one }) !== digestOf({ of: other }))
    .map(([name]) => name);
  return isReliedOn(result) && engine !== undefined ? [...found, ...pinFaults(engine, result)] : found;
}

/** J-57: an unknown version is not the pinned one. */
function pinFaults({ implementations }: RegistryEngine, { provenance: { implementation } }: EngineResult): string[] {
  const pin = implementations.find((each) => nameOf(each) === implementation.name);
  if (pin === undefined) return [`implementation: the registry pins no ${implementation.name}`];
  if (pin.component_id !== implementation.component_id) return [`component_id: expected ${pin.component_id}`];
  if (pin.adapter === "in_process") return [];
  if (implementation.version !== pin.version)
    return [`version: found ${implementation.version ?? "none"}, expected ${pin.version}`];
  return implementation.digest === pin.pin_sha256 ? [] : [`digest: expected ${pin.pin_sha256}`];
}

function nameOf(implementation: EngineImplementation): string {
  return implementation.adapter === "in_process" ? implementation.name : implementation.tool;
}

function hashes(contents: readonly KnownContent[]): string[] {
  return [...new Set(contents.map(({ content_hash: hash }) => hash))].sort();
}
