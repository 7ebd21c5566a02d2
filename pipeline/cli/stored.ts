import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { Evidence } from "../../schemas/evidence.ts";
import { Inventory } from "../../schemas/inventory.ts";
import { Known } from "../../schemas/known.ts";
import { LockfilesFile } from "../../schemas/lockfile.ts";
import { Plan } from "../../schemas/plan.ts";
import { Policy } from "../../schemas/policy.ts";
import { readJson } from "../../schemas/read.ts";
import { WaiverFile } from "../../schemas/waivers.ts";
import type { DecisionInput } from "../decide/decide.ts";
import { judgeJob } from "../protocol/judged-job.ts";

/** What a plan stored in a folder: all of a decision's input but evidence and isolation. @throws GateError when a file is missing or not as it was written */
export function readPlanned(folder: string): Omit<DecisionInput, "evidence" | "isolation" | "tools"> {
  const read = <S extends z.ZodType>(schema: S, path: string) => readJson(schema, textOf(folder, path), path);
  const { lockfiles, broken } = read(LockfilesFile, "evidence/lockfiles.json");
  const plan = read(Plan, "plan.json");
  const inventory = read(Inventory, "evidence/inventory.json");
  refuseDenied(plan, inventory);
  return {
    plan,
    inventory,
    lockfiles,
    broken,
    policy: read(Policy, "evidence/policy.json"),
    waivers: read(WaiverFile.nullable(), "evidence/waivers.json"),
    known: read(Known, "evidence/known.json"),
  };
}

/** A plan was judged when it was made: an operation that the gates deny, and that does not say so, was put there since. */
function refuseDenied({ jobs, inventory: { sha256, bytes } }: Plan, inventory: Inventory): void {
  for (const job of jobs) {
    if (!("operation" in job) || job.state === "denied") continue;
    const [first] = judgeJob(job, { inventory, sha256, bytes }).denials;
    if (first === undefined) continue;
    const message = `plan.json: ${job.kind}: found an operation that ${first.gate} denies (${first.code}), expected one that was let through`;
    throw new GateError("DOCUMENT_INVALID", message, { next: "plan again: somebody changed it since" });
  }
}

/** Evidence of an earlier run, by kind. */
export function readEvidence(folder: string): Map<KindId, Evidence> {
  const evidence = new Map<KindId, Evidence>();
  for (const kind of KindId.options) {
    const path = `evidence/${kind}.json`;
    if (existsSync(join(folder, path))) evidence.set(kind, readJson(Evidence, textOf(folder, path), path));
  }
  return evidence;
}

/** Text of a file of a results folder. @throws GateError USAGE_INVALID when it is not there */
export function textOf(folder: string, path: string): string {
  try {
    return readFileSync(join(folder, path), "utf8");
  } catch (cause) {
    throw new GateError("USAGE_INVALID", `${folder}: has no ${path}`, {
      cause,
      next: "name the results folder of a run",
    });
  }
}
