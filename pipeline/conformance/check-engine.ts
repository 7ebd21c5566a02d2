import { KindId } from "../../schemas/common.ts";
import type { RegistryEngine } from "../../schemas/protocol/registry.ts";
import type { Adapter, Ran } from "./adapter.ts";
import { expectedDigest, GOLDEN, type GoldenProject } from "./golden.ts";
import { REJECT } from "./reject.ts";
import { RESULT } from "./result.ts";

/** One case and how it ended; `found` is null when it is as expected. */
export interface CaseResult {
  readonly engine: string;
  readonly case: string;
  readonly sort: "reject" | "golden" | "result";
  readonly expected: string;
  readonly found: string | null;
}

/**
 * Puts an engine through its cases (H-01, H-03, H-04, H-08, H-09): each rejected operation is denied by the gate and code that belong to it and by no
 * other, each golden project gives its report to the byte, with evidence, artifacts only, again from the evidence alone, and no false result counts.
 * An engine is callable when all are as expected.
 */
export async function checkEngine(
  engine: RegistryEngine,
  adapter: Adapter,
  digestOf: typeof expectedDigest = expectedDigest,
  told: (done: CaseResult) => void = () => {},
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const add = (one: Omit<CaseResult, "engine">) => {
    const done = { engine: engine.engine_id, ...one };
    told(done);
    results.push(done);
  };
  for (const { name } of engine.ops) {
    const kind = KindId.parse(name);
    for (const reject of engine.conformance.reject) add(rejected(reject, kind, adapter));
    add(refused(await adapter.refuse(kind)));
    for (const golden of engine.conformance.golden) {
      const project = GOLDEN[kind].find((each) => each.name === golden);
      if (project === undefined) add(missing(golden, "golden"));
      else for (const one of await goldenCases(project, kind, adapter, digestOf(kind, golden))) add(one);
    }
  }
  return results;
}

type Ended = Omit<CaseResult, "engine">;

function rejected(name: string, kind: KindId, adapter: Adapter): Ended {
  const vector = Object.hasOwn(REJECT, name) ? REJECT[name] : undefined;
  if (vector === undefined) return missing(name, "reject");
  const { denials, granted } = adapter.judge(vector.change(adapter.planned(kind)));
  const found = denialsOf(denials);
  const expected = `${vector.gate} ${vector.code}`;
  const grants = granted.length === 0 ? "" : `, and grants ${granted.join(", ")}`;
  return ended({ case: name, sort: "reject", expected }, `${found}${grants}`);
}

/** H-06: what is denied starts nothing, and leaves nothing. */
function refused({ result, started, stored }: Ran): Ended {
  const expected = "denied, 0 steps started, 0 artifacts";
  const status = result?.result.status ?? "no result";
  const found = `${status}, ${started.length} steps started, ${stored.size} artifacts`;
  return ended({ case: "denied-runs-nothing", sort: "reject", expected }, found);
}

async function goldenCases(
  project: GoldenProject,
  kind: KindId,
  adapter: Adapter,
  digest: string | undefined,
): Promise<Ended[]> {
  const ran = await adapter.run(kind, project);
  const { result } = ran;
  const name = `golden-${project.name}`;
  const output = result?.result.outputs[0]?.content_hash ?? "no report";
  const why = ran.problems.length === 0 ? "" : ` (${ran.problems.join("; ")})`;
  const cases = [
    ended(
      { case: name, sort: "golden", expected: `report ${digest ?? "of a known digest"}` },
      `report ${output}${why}`,
    ),
    // H-03: what a policy blocks stops a promotion.
    ended({ case: `${name}-verdict`, sort: "golden", expected: project.verdict }, ran.verdict),
  ];
  if (result === null || project.verdict === "FAILED") return cases;
  return [...cases, ...wholeness(ran, result, adapter), ...resultCases(result, adapter)];
}

function wholeness(ran: Ran, result: NonNullable<Ran["result"]>, adapter: Adapter): Ended[] {
  const { outputs, evidence } = result.result;
  const loose = [...outputs, ...evidence].filter(({ content_hash: hash }) => !ran.stored.has(hash));
  const of = { sort: "golden" as const };
  return [
    ended({ ...of, case: "evidence", expected: "evidence" }, evidence.length > 0 ? "evidence" : "none"),
    ended(
      { ...of, case: "artifacts-only", expected: "every output is a stored artifact" },
      loose.length === 0 ? "every output is a stored artifact" : `${loose.length} outputs that are not stored`,
    ),
    ended({ ...of, case: "replay", expected: `report ${outputs[0]?.content_hash}` }, `report ${ran.again ?? "none"}`),
    ended({ ...of, case: "let-through", expected: "no denial" }, denialsOf(adapter.after(result).denials)),
  ];
}

function resultCases(result: NonNullable<Ran["result"]>, adapter: Adapter): Ended[] {
  return Object.entries(RESULT).map(([name, vector]) =>
    ended(
      { case: name, sort: "result", expected: `${vector.gate} ${vector.code}` },
      denialsOf(adapter.after(vector.change(result)).denials),
    ),
  );
}

function denialsOf(denials: readonly { readonly gate: string; readonly code: string }[]): string {
  return [...new Set(denials.map(({ gate, code }) => `${gate} ${code}`))].join(", ") || "no denial";
}

function ended(one: Omit<Ended, "found">, found: string): Ended {
  return { ...one, found: found === one.expected ? null : found };
}

function missing(name: string, sort: CaseResult["sort"]): Ended {
  return { case: name, sort, expected: "a vector of that name", found: "none" };
}
