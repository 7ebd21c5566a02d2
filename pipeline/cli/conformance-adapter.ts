import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import { buildSnapshot } from "../advisories/build.ts";
import type { Adapter, Ran } from "../conformance/adapter.ts";
import { GOLDEN, type GoldenProject } from "../conformance/golden.ts";
import { makePlan } from "../plan/plan.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { judgeAfter, judgeBefore } from "../protocol/gates/judge.ts";
import { preInputOf } from "../protocol/judged-job.ts";
import { opIdOf } from "../protocol/op-id.ts";
import { conclude } from "../report/conclusion.ts";
import { type RunOptions, runGate } from "./gate.ts";
import { readInputs } from "./inputs.ts";
import { PINS } from "./pins.ts";
import { openScreen } from "./screen.ts";
import { findSnapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

type Project = Pick<RunOptions, "path" | "policy" | "advisories" | "mode" | "asOf" | "only">;

/** The adapter that runs really take: plan, gates, tools, decision, as in any other run. Everything lies in `work`. */
export async function realAdapter(
  work: string,
  options: Pick<RunOptions, "engine" | "sandbox" | "images">,
  world: World,
): Promise<Adapter> {
  // Each run of its own has nothing to say: the cases are the progress.
  const screen = openScreen(world, true);
  const clean = new Map<KindId, Project>();
  for (const [kind, [first]] of Object.entries(GOLDEN) as [KindId, readonly GoldenProject[]][])
    if (first !== undefined) clean.set(kind, await layOut(first, kind, work));
  const operations = new Map<KindId, Awaited<ReturnType<typeof plannedOf>>>();
  for (const [kind, project] of clean) operations.set(kind, await plannedOf(project, kind, world));
  const run = async (project: Project, operation?: PlannedOperation): Promise<Ran> => {
    const started: string[] = [];
    const observe: RunOptions["observe"] = ({ outcomes }) => void started.push(...outcomes.keys());
    const out = join(mkdtempSync(join(work, "run-")), "out");
    const whole = { ...options, ...project, out, operation, observe, isTested: true };
    const conclusion = await runGate(whole, world, screen);
    const only = conclusion.results.find(({ kind }) => kind === project.only) ?? null;
    const again = conclude(conclusion.input).results.find(({ kind }) => kind === project.only);
    const { verdict } = conclusion.decision;
    return {
      result: only,
      verdict: verdict.verdict,
      problems: verdict.incomplete.map(({ code, message }) => `${code}: ${message}`),
      stored: new Set(only?.artifacts.map(({ sidecar }) => sidecar.content_hash)),
      again: again?.result.outputs[0]?.content_hash ?? null,
      started,
    };
  };
  const of = <T>(map: ReadonlyMap<KindId, T>, kind: KindId): T => {
    const found = map.get(kind);
    if (found === undefined) throw new Error(`${kind}: has no golden project`);
    return found;
  };
  return {
    planned: (kind) => of(operations, kind),
    judge: (input) => judgeBefore(input),
    after: (input) => judgeAfter(input),
    run: async (kind, project) => run(await layOut(project, kind, work)),
    async refuse(kind) {
      const { op_id: _, ...operation } = of(operations, kind).operation as PlannedOperation;
      const asked = { ...operation, capabilities_requested: ["fs.read:inputs"] };
      return run(of(clean, kind), { ...asked, op_id: opIdOf(asked) });
    },
  };
}

async function layOut({ files, advisories, register }: GoldenProject, only: KindId, work: string): Promise<Project> {
  const folder = mkdtempSync(join(work, "project-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(`tree/${path}`, text);
  const of = { path: join(folder, "tree"), mode: "release" as const, asOf: "2026-01-01", only };
  const records = Object.entries(advisories).flatMap(([ecosystem, list]) =>
    list.map((record) => [`from/${ecosystem}/${String(record["id"])}.json`, JSON.stringify(record)] as const),
  );
  for (const [path, text] of records) write(path, text);
  const snapshot =
    records.length === 0
      ? {}
      : { advisories: (await buildSnapshot(join(folder, "from"), join(folder, "snapshot"))).dir };
  if (register === null) return { ...of, ...snapshot };
  const policy = { schemaVersion: "supply-gate/policy-1", extends: "recommended", register: "register.yaml" };
  write("policy.yaml", JSON.stringify(policy));
  write("register.yaml", JSON.stringify({ schemaVersion: "supply-gate/register-1", components: register }));
  return { ...of, ...snapshot, policy: join(folder, "policy.yaml") };
}

async function plannedOf(project: Project, kind: KindId, world: World) {
  const inputs = readInputs({ ...project, out: undefined }, world);
  const advisories = project.advisories === undefined ? null : await findSnapshot(project.advisories, world);
  const planned = makePlan({
    ...inputs,
    policySha256: policyDigest(inputs.policy),
    pins: PINS,
    advisories: advisories?.summary ?? null,
    only: kind,
  });
  const { plan, inventory } = planned;
  const job = plan.jobs.find((each) => each.kind === kind);
  if (job === undefined || !("operation" in job)) throw new Error(`${kind}: the golden project plans no operation`);
  return preInputOf(job, { inventory, sha256: plan.inventory.sha256, bytes: plan.inventory.bytes });
}
