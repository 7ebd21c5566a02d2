import type { KindId, Mode } from "../../schemas/common.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { HistorySummary } from "../../schemas/history.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { ToolPins } from "../../schemas/pins.ts";
import type { Job, Plan } from "../../schemas/plan.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { WaiverFile } from "../../schemas/waivers.ts";
import { digestOf } from "../findings/digest.ts";
import { KINDS } from "../kinds/index.ts";
import type { Kind, PlanInput, Planned } from "../kinds/kind.ts";
import { gated } from "../protocol/judged-job.ts";
import { type LeaveOut, takeInventory } from "./inventory.ts";
import { readLockfiles } from "./lockfiles.ts";
import { plannedOperation } from "./operation.ts";

/** Everything that a plan is a function of; `root` only says where the tree lies. */
export interface PlanRequest {
  readonly root: string;
  readonly mode: Mode;
  /** RFC 3339 date that stands for "now". */
  readonly asOf: string;
  readonly policy: Policy;
  readonly policySha256: string;
  readonly waivers: WaiverFile | null;
  readonly pins: ToolPins;
  readonly advisories: Plan["advisories"];
  /** The repository's history, when it is asked for. */
  readonly history?: HistorySummary | undefined;
  /** The output folder, relative to the root, when it lies in the tree. */
  readonly output: string | undefined;
  /** One job kind alone; the others are not required. */
  readonly only?: KindId | undefined;
}

export interface Planning {
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly lockfiles: readonly Lockfile[];
  readonly broken: readonly Problem[];
}

/**
 * Walks the tree and writes down every job as data. Same tree, policy, pins, mode, advisories and as-of: same bytes.
 * @throws GateError SOURCE_INVALID, SOURCE_CHANGED
 */
export function makePlan(request: PlanRequest): Planning {
  const inventory = takeInventory(request.root, leaveOutOf(request));
  const { lockfiles, companions, broken } = readLockfiles(request.root, inventory);
  const inventorySha256 = digestOf(inventory);
  const bytes = inventory.files.reduce((sum, { size }) => sum + size, 0);
  const input = {
    inventory,
    lockfiles,
    companions,
    mode: request.mode,
    policy: request.policy,
    advisories: request.advisories,
    history: request.history,
  };
  const plan: Plan = {
    schemaVersion: "supply-gate/plan-1",
    mode: request.mode,
    asOf: request.asOf,
    policy: { name: request.policy.name, sha256: request.policySha256 },
    waivers:
      request.waivers === null ? null : { sha256: digestOf(request.waivers), count: request.waivers.waivers.length },
    pins: { sha256: digestOf(request.pins) },
    advisories: request.advisories,
    inventory: {
      sha256: inventorySha256,
      files: inventory.files.length,
      bytes,
      lockfiles: lockfiles.length,
      packages: lockfiles.reduce((sum, { packages }) => sum + packages.length, 0),
    },
    jobs: KINDS.map((kind) => jobOf(kind, input, request, inventorySha256, bytes)),
  };
  return { plan, inventory, lockfiles, broken };
}

/** What of the tree is not looked at because the caller says so. */
export function leaveOutOf({ policy, output }: Pick<PlanRequest, "policy" | "output">): LeaveOut {
  return { policy: policy.exclude.map(({ path }) => path), output };
}

function jobOf(
  kind: Kind,
  input: Omit<PlanInput, "pin">,
  request: PlanRequest,
  treeSha256: string,
  bytes: number,
): Job {
  if (request.only !== undefined && request.only !== kind.id)
    return { kind: kind.id, state: "not-required", reason: "not asked for" };
  const planned = kind.plan({ ...input, pin: kind.tool === null ? undefined : request.pins.tools[kind.tool] });
  return keyedJob(kind, planned, { ...request, inventory: input.inventory }, treeSha256, bytes);
}

/** What a job's keys depend on beside its step and the tree. */
export type KeyedBy = Pick<PlanRequest, "policySha256" | "pins" | "advisories"> & { readonly inventory: Inventory };

/** A kind's answer as an entry of the plan, with its keys, as the protocol's gates leave it. */
export function keyedJob(kind: Kind, planned: Planned, keys: KeyedBy, treeSha256: string, bytes: number): Job {
  switch (planned.state) {
    case "planned": {
      const stepKey = stepKeyOf(planned, treeSha256, keys);
      const operation = plannedOperation(kind, planned.step, stepKey, treeSha256, bytes);
      const job = { kind: kind.id, state: "planned" as const, operation, step: planned.step, stepKey };
      return gated({ ...job, names: { ...planned.names } }, { inventory: keys.inventory, sha256: treeSha256, bytes });
    }
    case "in-process": {
      const stepKey = digestOf({ kind: kind.id, treeSha256, policy: keys.policySha256 });
      const operation = plannedOperation(kind, null, stepKey, treeSha256, bytes);
      return gated(
        { kind: kind.id, state: "in-process", operation, stepKey },
        { inventory: keys.inventory, sha256: treeSha256, bytes },
      );
    }
    case "not-required":
      return { kind: kind.id, state: "not-required", reason: planned.reason };
    case "impossible":
      return { kind: kind.id, state: "impossible", problem: planned.problem };
  }
}

type PlannedStep = Extract<Planned, { state: "planned" }>;

/** A step that sees the tree depends on all of it; one that sees copies only, on those copies. */
function stepKeyOf(
  { step, names }: Pick<PlannedStep, "step" | "names">,
  treeSha256: string,
  { pins, advisories }: KeyedBy,
): string {
  return digestOf({
    step,
    names,
    pin: pins.tools[step.tool] ?? null,
    tree: step.staging.tree === undefined ? null : treeSha256,
    advisories: step.staging.advisories ? (advisories?.snapshotId ?? null) : null,
  });
}
