import { readValue } from "../../../schemas/read.ts";
import { Register } from "../../../schemas/register.ts";
import type { Limits } from "../../../schemas/step.ts";
import type { Kind, PlanInput, Planned } from "../kind.ts";
import { judgeRegister } from "./judge.ts";

const LIMITS: Limits = { wallMs: 60_000, cpuMs: 60_000, memoryBytes: 1024 ** 3, outputBytes: 100 * 1024 ** 2 };

/** `oss_register_audit`: our own check of the register that the policy names; its evidence is the register itself. */
export const ossRegisterAudit: Kind<Register> = {
  id: "oss_register_audit",
  engineId: "engine.supply_chain.register",
  tool: null,
  limits: LIMITS,
  plan,
  collect: () => {
    throw new Error("oss_register_audit runs no tool");
  },
  read: (report) => readValue(Register, report, "evidence/oss_register_audit.json"),
  judge: judgeRegister,
};

function plan({ policy }: PlanInput): Planned {
  if (policy.register === null) return { state: "not-required", reason: "the policy names no register" };
  return { state: "in-process" };
}
