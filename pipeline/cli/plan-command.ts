import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import type { Known } from "../../schemas/known.ts";
import { writeContext } from "../execute/dagger/context.ts";
import { makePlan, type Planning } from "../plan/plan.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { readImages } from "./dagger.ts";
import { summarizeHistory } from "./history.ts";
import { type GateOptions, type Inputs, knownBy, readInputs } from "./inputs.ts";
import { factsAtHand } from "./license-facts.ts";
import { PINS } from "./pins.ts";
import { findSnapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

interface PlanOptions extends GateOptions {
  readonly advisories?: string | undefined;
  readonly to?: string | undefined;
  readonly licenses?: string | undefined;
  readonly only?: KindId | undefined;
  readonly images?: string | undefined;
}

/** `supply-gate plan`: prints plan.json, or writes what an engine and `decide` need to a folder. */
export async function planCommand(options: PlanOptions, world: World): Promise<number> {
  const inputs = readInputs(options, world);
  const snapshot = await findSnapshot(options.advisories, world);
  if (options.history === true && options.to !== undefined) {
    throw new GateError("USAGE_INVALID", "--history: found --to, and a plan for an engine can't carry a history yet", {
      next: "use supply-gate run --history",
    });
  }
  const history = await summarizeHistory(options, inputs.root, world);
  const planning = makePlan({
    ...inputs,
    policySha256: policyDigest(inputs.policy),
    pins: PINS,
    advisories: snapshot?.summary ?? null,
    history,
    only: options.only,
  });
  if (options.to === undefined) {
    world.stdout(planText(planning));
    return 0;
  }
  const facts = await factsAtHand(options.licenses, world)(inputs.root, planning.inventory);
  const known = { ...knownBy(inputs), facts };
  writePlan(planning, inputs, known, options, resolve(world.cwd, options.to), world);
  return 0;
}

/** What a Dagger module needs: everything that `decide` reads, each step's build context, and the list of steps. */
function writePlan(
  planning: Planning,
  inputs: Inputs,
  known: Known,
  options: PlanOptions,
  folder: string,
  world: World,
): void {
  checkCarried(planning.inventory);
  if (options.waivers !== undefined && options.asOf === undefined) {
    throw new GateError("USAGE_INVALID", "waivers expire, and there is no date to go by", {
      next: "give the date that stands for now (as-of)",
    });
  }
  const { plan, lockfiles, broken } = planning;
  const files = {
    "plan.json": planText(planning),
    "evidence/inventory.json": JSON.stringify(planning.inventory),
    "evidence/lockfiles.json": JSON.stringify({ schemaVersion: "supply-gate/lockfiles-1", lockfiles, broken }),
    "evidence/policy.json": JSON.stringify(inputs.policy),
    "evidence/waivers.json": JSON.stringify(inputs.waivers),
    "evidence/known.json": JSON.stringify(known),
    "evidence/register.json": JSON.stringify(inputs.register),
  };
  mkdirSync(join(folder, "evidence"), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const images = readImages(options.images, world);
  const planned = plan.jobs.filter((job) => job.state === "planned");
  const steps = planned.map(({ step }) => writeContext(step, inputs.root, images, join(folder, "steps", step.id)));
  writeFileSync(join(folder, "steps.json"), JSON.stringify(steps));
}

/** Dagger puts U+FFFD in the place of bytes that are no UTF-8; two such names may have become one, and a file is gone. */
function checkCarried({ files, leftOut }: Inventory): void {
  const odd = [...files, ...leftOut].find(
    ({ path, pathBytes }) => pathBytes !== undefined || path.includes("\u{fffd}"),
  );
  if (odd === undefined) return;
  throw new GateError("SOURCE_INVALID", `${odd.path}: a name that was no UTF-8, which Dagger can't carry`, {
    next: "rename it, or run supply-gate on the host",
  });
}

function planText({ plan }: Planning): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}
