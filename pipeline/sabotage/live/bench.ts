import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KindId } from "../../../schemas/common.ts";
import { GateError } from "../../../schemas/error.ts";
import type { Decision } from "../../decide/decide.ts";
import type { InstalledTool } from "../../execute/host/tools/index.ts";
import type { Case, Outcome } from "../case.ts";
import { decided, failed } from "../replay.ts";
import { type Behaviour, fakeTool, inPlaceOf } from "./fake-tool.ts";
import { type LiveRun, type LiveWorld, planLive, runLive } from "./world.ts";

/** What the real tool left over a tree; where it names its stage, `{scan}` stands. */
interface Real {
  readonly decision: Decision;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Where live attacks are tried: every untouched run is made once, when it is first needed. */
export interface Bench {
  readonly world: LiveWorld;
  real(kind: KindId, root: string): Promise<Real>;
  toolOf(kind: KindId): InstalledTool;
  /** A job with something changed, against the untouched one. */
  attack(run: LiveRun): Promise<Outcome>;
  /** The same with a program of ours in the tool's place. */
  faked(run: LiveRun, behaviour: Behaviour): Promise<Outcome>;
}

/** Opens the bench. */
export function openBench(world: LiveWorld): Bench {
  const known = new Map<string, Promise<Real>>();
  const real: Bench["real"] = (kind, root) => {
    const key = `${kind} ${root}`;
    const run = known.get(key) ?? realRun(world, kind, root);
    known.set(key, run);
    return run;
  };
  const toolOf = (kind: KindId) => toolIn(world, planLive(world, kind, world.clean).job.step.tool);
  const attack: Bench["attack"] = async (run) => {
    const { decision } = await real(run.kind, run.root);
    try {
      return decided(decision, await runLive(world, run), false);
    } catch (error) {
      return failed(error);
    }
  };
  return {
    world,
    real,
    toolOf,
    attack,
    faked(run, behaviour) {
      const { step } = planLive(world, run.kind, run.root).job;
      const tool = toolOf(run.kind);
      const put = fakeTool(tool, behaviour, step.staging.extracts);
      return inPlaceOf(tool, put, (fake) => attack({ ...run, tool: fake }));
    },
  };
}

/** A live case. */
export function liveCase(
  kind: Case["kind"],
  group: string,
  name: string,
  attack: Case["attack"],
  unnoticed?: string,
): Case {
  return { kind, group, name, run: "live", unnoticed, attack };
}

function toolIn({ tools }: LiveWorld, name: string): InstalledTool {
  const tool = tools.get(name);
  if (tool === undefined) throw new Error(`${name} is not installed`);
  return tool;
}

async function realRun(world: LiveWorld, kind: KindId, root: string): Promise<Real> {
  let stderr = "";
  const outputs: Record<string, string> = {};
  const { step } = planLive(world, kind, root).job;
  const decision = await runLive(world, {
    kind,
    root,
    keep({ logDir, outDir, scanRoot }) {
      const textOf = (path: string) => readFileSync(path, "utf8").replaceAll(scanRoot, "{scan}");
      stderr = textOf(join(logDir, "stderr"));
      for (const name of step.outputs) {
        if (existsSync(join(outDir, name))) outputs[name] = textOf(join(outDir, name));
      }
    },
  });
  const [first] = decision.verdict.incomplete;
  if (first !== undefined) {
    throw new GateError(
      "USAGE_INVALID",
      `${kind}: found it incomplete before anything was touched (${first.message}), expected it complete`,
    );
  }
  return { decision, stderr, outputs };
}
