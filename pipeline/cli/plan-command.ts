import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import { policyDigest } from "../decide/policy.ts";
import { writeContext } from "../execute/dagger/context.ts";
import { makePlan } from "../plan/plan.ts";
import { readImages } from "./dagger.ts";
import { type GateOptions, readInputs } from "./inputs.ts";
import { PINS } from "./pins.ts";
import { findSnapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

interface PlanOptions extends GateOptions {
  readonly advisories?: string | undefined;
  readonly to?: string | undefined;
  readonly only?: KindId | undefined;
  readonly images?: string | undefined;
}

/** `supply-gate plan`: prints plan.json, or writes what `decide` needs to a folder. */
export async function planCommand(options: PlanOptions, world: World): Promise<number> {
  const inputs = readInputs(options, world);
  const snapshot = await findSnapshot(options.advisories, world);
  const planning = makePlan({
    ...inputs,
    policySha256: policyDigest(inputs.policy),
    pins: PINS,
    advisories: snapshot?.summary ?? null,
    only: options.only,
  });
  const plan = `${JSON.stringify(planning.plan, null, 2)}\n`;
  if (options.to === undefined) {
    world.stdout(plan);
    return 0;
  }
  const folder = resolve(world.cwd, options.to);
  mkdirSync(join(folder, "evidence"), { recursive: true });
  const { lockfiles, broken } = planning;
  const files = {
    "plan.json": plan,
    "evidence/inventory.json": JSON.stringify(planning.inventory),
    "evidence/lockfiles.json": JSON.stringify({ schemaVersion: "supply-gate/lockfiles-1", lockfiles, broken }),
    "evidence/policy.json": JSON.stringify(inputs.policy),
    "evidence/waivers.json": JSON.stringify(inputs.waivers),
    "evidence/register.json": JSON.stringify(inputs.register),
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const images = readImages(options.images, world);
  const steps = planning.plan.jobs.flatMap((job) =>
    job.state === "planned" ? [writeContext(job.step, inputs.root, images, join(folder, "steps", job.step.id))] : [],
  );
  writeFileSync(join(folder, "steps.json"), JSON.stringify(steps));
  return 0;
}
