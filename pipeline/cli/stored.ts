import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { Evidence, Problem } from "../../schemas/evidence.ts";
import { Inventory } from "../../schemas/inventory.ts";
import { Lockfile } from "../../schemas/lockfile.ts";
import { Plan } from "../../schemas/plan.ts";
import { Policy } from "../../schemas/policy.ts";
import { readJson } from "../../schemas/read.ts";
import { WaiverFile } from "../../schemas/waivers.ts";
import type { DecisionInput } from "../decide/decide.ts";

const Lockfiles = z.strictObject({
  schemaVersion: z.literal("supply-gate/lockfiles-1"),
  lockfiles: z.array(Lockfile),
  broken: z.array(Problem),
});

/** What a plan stored in a folder: all of a decision's input but evidence and isolation. @throws GateError when a file is missing or not as it was written */
export function readPlanned(folder: string): Omit<DecisionInput, "evidence" | "isolation" | "toolVersions"> {
  const read = <S extends z.ZodType>(schema: S, path: string) => readJson(schema, textOf(folder, path), path);
  const { lockfiles, broken } = read(Lockfiles, "evidence/lockfiles.json");
  return {
    plan: read(Plan, "plan.json"),
    inventory: read(Inventory, "evidence/inventory.json"),
    lockfiles,
    broken,
    policy: read(Policy, "evidence/policy.json"),
    waivers: read(WaiverFile.nullable(), "evidence/waivers.json"),
  };
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
