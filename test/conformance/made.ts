import { createHash } from "node:crypto";
import type { Adapter, Ran } from "../../pipeline/conformance/adapter.ts";
import type { CaseResult } from "../../pipeline/conformance/check-engine.ts";
import { checkEngine } from "../../pipeline/conformance/check-engine.ts";
import { judgeAfter, judgeBefore } from "../../pipeline/protocol/gates/judge.ts";
import { preInputOf } from "../../pipeline/protocol/judged-job.ts";
import { REGISTRY } from "../../pipeline/protocol/registry/bundled.ts";
import { conclude } from "../../pipeline/report/conclusion.ts";
import type { KindId } from "../../schemas/common.ts";
import { recordedCase, replay } from "../support/replay.ts";

const KIND: KindId = "vuln_scan";
const { planned, recording } = recordedCase(KIND, "clean");
const { input } = replay(planned, recording);
const tree = { inventory: input.inventory, sha256: input.plan.inventory.sha256, bytes: input.plan.inventory.bytes };
const ended = conclude(input);
const result = ended.results.find(({ kind }) => kind === KIND) ?? null;
const output = result?.result.outputs[0]?.content_hash ?? "";
const RAN: Ran = {
  result,
  verdict: "PASSED",
  problems: [],
  stored: new Set(result?.artifacts.map(({ document }) => createHash("sha256").update(document.text).digest("hex"))),
  again: output,
  started: [KIND],
};
const DENIED = { ...(result as NonNullable<typeof result>), result: { ...result?.result, status: "denied" } as never };

/** An engine that does everything as it has to be done, on what was recorded of a real tool. */
export const SOUND: Adapter = {
  planned: () => preInputOf(planned.job, tree),
  judge: (asked) => judgeBefore(asked),
  after: (left) => judgeAfter(left),
  run: async (_kind, { verdict }) => ({ ...RAN, verdict }),
  refuse: async () => ({ ...RAN, result: DENIED, stored: new Set(), started: [] }),
};
export { RAN };

/** The names of the cases that an engine fails. */
export async function failedBy(adapter: Adapter): Promise<string[]> {
  return (await tried(adapter)).filter(({ found }) => found !== null).map((each) => each.case);
}

export async function tried(
  adapter: Adapter,
  conformance?: { readonly golden: string[]; readonly reject: string[] },
): Promise<CaseResult[]> {
  const engine = REGISTRY.engines["engine.supply_chain.vuln"];
  if (engine === undefined) throw new Error("no engine");
  return checkEngine({ ...engine, conformance: conformance ?? engine.conformance }, adapter, () => output);
}
