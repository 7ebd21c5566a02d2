import { GateError } from "../../../schemas/error.ts";
import { CapabilityAxis, CapabilityId } from "../../../schemas/protocol/capability.ts";
import { visible } from "../../findings/visible.ts";

/** `scope` is null for a whole axis. */
export interface Capability {
  readonly axis: CapabilityAxis;
  readonly scope: string | null;
}

/**
 * Reads a capability id: `fs.read:inputs`, `net.http`, `device.camera`.
 * @throws GateError CONFIG_INVALID whose message begins with HSK-4001 for anything else
 */
export function parseCapability(text: string): Capability {
  const capability = capabilityOf(text);
  if (capability !== null) return capability;
  const found = visible(text).slice(0, 200);
  throw new GateError("CONFIG_INVALID", `HSK-4001: UnknownCapability: found "${found}", expected axis or axis:scope`, {
    next: `use one of the axes ${CapabilityAxis.options.join(", ")}`,
  });
}

/** The same without an error: null for an unknown one. */
export function capabilityOf(text: string): Capability | null {
  if (!CapabilityId.safeParse(text).success) return null;
  const axis = CapabilityAxis.options.find(
    (each) => text === each || (SEPARATORS.has(text.slice(each.length, each.length + 1)) && text.startsWith(each)),
  );
  if (axis === undefined) return null;
  return { axis, scope: text === axis ? null : text.slice(axis.length + 1) };
}

const SEPARATORS: ReadonlySet<string> = new Set([":", "."]);

/** Whether a grant stands for what is requested (A-32, K-28): a whole axis for all its scopes, a scope for itself only; never a scope for its axis. */
export function covers(granted: string, requested: string): boolean {
  const [grant, request] = [capabilityOf(granted), capabilityOf(requested)];
  if (grant === null || request === null || grant.axis !== request.axis) return false;
  return grant.scope === null || grant.scope === request.scope;
}

/** Whether a capability needs the policy's approval and a consent that is on record: network, devices, secrets. */
export function needsConsent(text: string): boolean {
  const axis = capabilityOf(text)?.axis;
  return axis === "net.http" || axis === "device" || axis === "secrets.use";
}
