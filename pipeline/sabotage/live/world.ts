import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KindId } from "../../../schemas/common.ts";
import { NOTHING_KNOWN } from "../../../schemas/known.ts";
import type { ToolPins } from "../../../schemas/pins.ts";
import type { Plan } from "../../../schemas/plan.ts";
import type { Step } from "../../../schemas/step.ts";
import { recordsIn } from "../../advisories/held-records.ts";
import { collectEvidence } from "../../decide/collect.ts";
import { type Decision, decide } from "../../decide/decide.ts";
import type { StepOutcome } from "../../execute/engine.ts";
import { createHostEngine } from "../../execute/host/engine.ts";
import type { InstalledTool } from "../../execute/host/tools/index.ts";
import { makePlan } from "../../plan/plan.ts";
import { refuseChanges } from "../../plan/unchanged.ts";
import { policyDigest } from "../../policy/read-policy.ts";
import { RECOMMENDED } from "../../policy/recommended.ts";

/** What live attacks have at hand: real tools, small trees, a small snapshot, and this program itself. */
export interface LiveWorld {
  readonly tools: ReadonlyMap<string, InstalledTool>;
  readonly pins: ToolPins;
  /** A tree in which there is nothing to find, and one with a secret and a known vulnerability. */
  readonly clean: string;
  readonly dirty: string;
  readonly snapshot: { readonly dir: string; readonly summary: NonNullable<Plan["advisories"]> };
  /** What the snapshot was built from, in osv.dev's layout. */
  readonly advisories: string;
  readonly cacheRoot: string;
  readonly platform: string;
  /** How this program is started again: interpreter and file. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export interface LiveRun {
  readonly kind: KindId;
  readonly root: string;
  readonly tool?: InstalledTool;
  /** Changes the step that is run; the one that is decided on stays as planned. */
  readonly step?: (step: Step) => Step;
  readonly snapshot?: string;
  /** Is shown what the step left. */
  readonly keep?: (outcome: StepOutcome) => void;
}

/** The planned step of one kind over a tree. */
export function planLive({ pins, snapshot }: LiveWorld, kind: KindId, root: string) {
  const request = { root, mode: "release", asOf: "2026-01-01T00:00:00.000Z", policy: RECOMMENDED } as const;
  const keys = { policySha256: policyDigest(RECOMMENDED), waivers: null, pins, advisories: snapshot.summary };
  const planning = makePlan({ ...request, ...keys, output: undefined, only: kind });
  const job = planning.plan.jobs.find((each) => each.kind === kind);
  if (job?.state !== "planned") throw new Error(`${kind} is ${job?.state}`);
  return { planning, job };
}

/** One job over a tree, with the real engine and whatever is put in the place of tool, limits or database. */
export async function runLive(
  world: LiveWorld,
  { kind, root, tool, step, snapshot, keep }: LiveRun,
): Promise<Decision> {
  const { planning, job } = planLive(world, kind, root);
  const late = AbortSignal.timeout(CASE_MS);
  const runDir = realpathSync(mkdtempSync(join(tmpdir(), "supply-gate-sabotage-")));
  // Programs of ours stand for the tools, and need what a sandbox does not hold.
  const engine = await createHostEngine({
    source: root,
    advisories: snapshot ?? world.snapshot.dir,
    tools: tool === undefined ? world.tools : new Map([...world.tools, [job.step.tool, tool]]),
    runDir,
    cpus: 1,
    memoryBytes: 16 * 1024 ** 3,
    sandbox: "none",
    env: {},
  });
  try {
    const asked = step === undefined ? job.step : step(job.step);
    const outcome = (await engine.execute([asked], AbortSignal.any([world.signal, late]), QUIET)).get(asked.id);
    // An end that we brought about is no end that the gate noticed.
    if (late.aborted) throw new Error(`${kind} took longer than ${CASE_MS / 1000} s`);
    if (outcome === undefined) throw new Error(`${kind} left no outcome`);
    keep?.(outcome);
    const advisory = recordsIn(world.snapshot.dir);
    const evidence = collectEvidence(job, { ...outcome, advisory }, world.pins);
    refuseChanges(root, planning.inventory, { policy: [], output: undefined });
    return decide({
      ...planning,
      policy: RECOMMENDED,
      waivers: null,
      known: NOTHING_KNOWN,
      evidence: new Map([[kind, evidence]]),
      tools: { schemaVersion: "supply-gate/tools-1", gate: "0.0.0", tools: {} },
      isolation: { kind: "none", egress: "not proved" },
    });
  } finally {
    await engine.close();
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** No attack may take longer: the slowest tool needs a fifth of this. */
export const CASE_MS = 180_000;

const QUIET = { started: () => {}, ended: () => {} };
