import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import { readJson } from "../../schemas/read.ts";
import { Register } from "../../schemas/register.ts";
import { Verdict } from "../../schemas/verdict.ts";
import { collectEvidence } from "../decide/collect.ts";
import { type DecisionInput, decide } from "../decide/decide.ts";
import { documents } from "../report/documents.ts";
import { registerEvidence } from "./evidence.ts";
import { PINS, TOOL_VERSIONS } from "./pins.ts";
import { readEvidence, readPlanned, textOf } from "./stored.ts";
import { verdictText } from "./verdict-text.ts";
import type { World } from "./world.ts";

interface DecideOptions {
  readonly results: string;
  readonly json: boolean;
  readonly steps?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * `supply-gate decide`: repeats a decision from stored evidence and compares every document with the stored one.
 * With `--steps` and `--to` (engines) it makes the first decision, from what the steps left.
 */
export async function decideCommand(options: DecideOptions, world: World): Promise<number> {
  const folder = resolve(world.cwd, options.results);
  if (options.steps !== undefined && options.to !== undefined) {
    return decideFirst(folder, resolve(world.cwd, options.steps), resolve(world.cwd, options.to));
  }
  const stored = readJson(Verdict, textOf(folder, "verdict.json"), "verdict.json");
  const input: DecisionInput = {
    ...readPlanned(folder),
    evidence: readEvidence(folder),
    toolVersions: readJson(
      z.record(z.string(), z.string()),
      textOf(folder, "evidence/tools.json"),
      "evidence/tools.json",
    ),
    isolation: stored.isolation,
  };
  const decision = decide(input);
  const differing = [...documents(input, decision)]
    .filter(([path, text]) => textOf(folder, path) !== text)
    .map(([path]) => path);
  if (differing.length > 0) {
    throw new GateError(
      "DOCUMENT_INVALID",
      `${options.results}: found other content in ${differing.join(", ")} than its own evidence gives`,
      {
        next: "do not trust these results: run the gate again",
      },
    );
  }
  if (options.json) world.stdout(`${JSON.stringify(decision.verdict, null, 2)}\n`);
  else
    world.stdout(
      `${verdictText(decision, options.results, world.colors)}  repeated from evidence: every document is the same, byte for byte\n`,
    );
  return decision.verdict.exitCode;
}

function decideFirst(planned: string, steps: string, to: string): number {
  const stored = readPlanned(planned);
  const register = readJson(Register.nullable(), textOf(planned, "evidence/register.json"), "evidence/register.json");
  const evidence = new Map<KindId, Evidence>();
  for (const job of stored.plan.jobs) {
    if (job.state !== "planned") continue;
    const logDir = join(steps, job.step.id);
    evidence.set(job.kind, collectEvidence(job, { logDir, outDir: join(logDir, "out"), scanRoot: "/scan" }, PINS));
  }
  if (register !== null) evidence.set("oss_register_audit", registerEvidence(stored.plan, register));
  const egress = readFileSync(join(steps, "egress"), "utf8") === "blocked" ? "blocked (proved)" : "not proved";
  const input: DecisionInput = {
    ...stored,
    evidence,
    toolVersions: TOOL_VERSIONS,
    isolation: { kind: "dagger", egress },
  };
  for (const [path, text] of documents(input, decide(input))) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), text);
  }
  return 0;
}
