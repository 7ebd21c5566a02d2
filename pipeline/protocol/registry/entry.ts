import type { Registry, RegistryEngine, RegistryOperation } from "../../../schemas/protocol/registry.ts";

/** What the registry has for an operation. */
export interface RegistryEntry {
  readonly engine: RegistryEngine;
  readonly op: RegistryOperation;
  /** All that the operation has to ask for, and all that it may: the engine's capabilities and its own, sorted. */
  readonly capabilities: readonly string[];
}

/** The entry of an engine's operation; null when the registry has no such engine or the engine no such operation: nothing to call. */
export function entryOf(registry: Registry, engineId: string, operation: string): RegistryEntry | null {
  const engine = Object.hasOwn(registry.engines, engineId) ? registry.engines[engineId] : undefined;
  const op = engine?.ops.find(({ name }) => name === operation);
  if (engine === undefined || op === undefined) return null;
  return { engine, op, capabilities: [...new Set([...engine.required_caps, ...op.capabilities])].sort() };
}
