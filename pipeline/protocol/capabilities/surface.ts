/** What the place that an operation is called from allows at most, and what a person has agreed to. It comes from the door, never from the envelope. */
export interface SurfacePolicy {
  readonly actorId: string;
  readonly capabilities: readonly string[];
  /** Approved capabilities of those that need it, each with the id of the consent that is on record. */
  readonly consents: readonly { readonly capability_id: string; readonly consent_id: string }[];
}

/** The command line: scanners may be started, nothing may reach the network, a device or a secret. */
export const COMMAND_LINE: SurfacePolicy = {
  actorId: "supply-gate",
  capabilities: ["fs.read:inputs", "fs.write:artifacts", "proc.exec"],
  consents: [],
};
