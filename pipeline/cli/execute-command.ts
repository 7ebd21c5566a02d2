import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { EngineResult } from "../../schemas/protocol/engine-result.ts";
import { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import { readJson } from "../../schemas/read.ts";
import { type RunOptions, runGate } from "./gate.ts";
import { openScreen } from "./screen.ts";
import type { World } from "./world.ts";

export type ExecuteOptions = Omit<RunOptions, "only" | "operation" | "observe"> & {
  readonly operation: string;
  readonly quiet: boolean;
};

export function executePositionals<T>(y: Argv<T>) {
  return y
    .positional("operation", { type: "string", demandOption: true, describe: "operation.json (poe-1.0)" })
    .example("$0 plan . | jq '.jobs[0].operation' > operation.json", "an operation as this gate plans it")
    .example("$0 execute operation.json . --quiet > result.json", "that operation alone; its EngineResult")
    .epilogue("Exit status: 0 succeeded, 1 the policy blocks, 2 denied or invalid, 3 failed for any other reason");
}

/**
 * `supply-gate execute`: one operation from outside, judged, run and told like any of a plan's own; prints its EngineResult (protocol B-20).
 * @throws GateError as a run, and USAGE_INVALID for what is no operation, or none that this tree gives rise to
 */
export async function executeCommand(options: ExecuteOptions, world: World): Promise<number> {
  const operation = readOperation(options.operation, world);
  const screen = openScreen(world, options.quiet);
  let result: EngineResult | undefined;
  try {
    const { results } = await runGate({ ...options, only: kindOf(operation), operation }, world, screen);
    result = results.find(({ kind }) => kind === operation.operation)?.result;
  } finally {
    screen.close();
  }
  if (result === undefined) throw new Error(`${operation.op_id}: has no result`);
  world.stdout(`${JSON.stringify(result, null, 2)}\n`);
  return statusOf(result);
}

function readOperation(path: string, { cwd }: World): PlannedOperation {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (cause) {
    throw new GateError("USAGE_INVALID", `${path}: can't be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
  try {
    return readJson(PlannedOperation, text, path);
  } catch (cause) {
    if (!(cause instanceof GateError)) throw cause;
    throw new GateError("USAGE_INVALID", `VAL-HTC-001: ${cause.message}`, { cause, next: "send a poe-1.0 operation" });
  }
}

function kindOf({ operation }: PlannedOperation): KindId {
  const kind = KindId.safeParse(operation);
  if (kind.success) return kind.data;
  throw new GateError(
    "USAGE_INVALID",
    `operation: found "${operation}", expected one of ${KindId.options.join(", ")} (GATE_SCHEMA_OPERATION_UNKNOWN)`,
  );
}

function statusOf({ status, reason }: EngineResult): number {
  if (status === "succeeded") return 0;
  if (status === "denied") return 2;
  return reason === "policy_block" ? 1 : 3;
}
