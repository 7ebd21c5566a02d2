import type { Policy } from "../../schemas/policy.ts";
import type { Verdict } from "../../schemas/verdict.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { type Decision, type DecisionInput, decide } from "./decide.ts";

/** What another policy would have said about the same evidence. Lists hold one line for each finding or gap, sorted. */
export interface PolicyDiff {
  readonly from: Verdict["verdict"];
  readonly to: Verdict["verdict"];
  /** What blocks, or makes a job incomplete, under the new policy only; and under the old one only. */
  readonly stricter: readonly string[];
  readonly milder: readonly string[];
}

/** Decides stored evidence under two policies. What a policy excludes from the tree was never scanned: that can't be decided again. */
export function policyDiff(input: DecisionInput, from: Policy, to: Policy): PolicyDiff {
  const [before, after] = [from, to].map((policy) => decide(under(policy, input))) as [Decision, Decision];
  const [was, is] = [before, after].map(holdingUp) as [Map<string, string>, Map<string, string>];
  return {
    from: before.verdict.verdict,
    to: after.verdict.verdict,
    stricter: only(is, was),
    milder: only(was, is),
  };
}

function under(policy: Policy, { plan, ...input }: DecisionInput): DecisionInput {
  return { ...input, policy, plan: { ...plan, policy: { name: policy.name, sha256: policyDigest(policy) } } };
}

/** Everything that keeps a verdict from PASSED, by its id. */
function holdingUp({ findings, jobs }: Decision): Map<string, string> {
  const gaps = jobs.flatMap((job) => job.gaps).filter(({ effect }) => effect === "incomplete");
  return new Map([
    ...findings
      .filter(({ effect }) => effect === "block")
      .map(
        ({ id, rule, ruleId, purl, because }) => [id, [id, rule, purl ?? ruleId, `(${because})`].join(" ")] as const,
      ),
    ...gaps.map(({ id, code, path, because }) => [id, [id, code, path, `(${because})`].join(" ")] as const),
  ]);
}

function only(those: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...those]
    .filter(([id]) => !others.has(id))
    .map(([, text]) => text)
    .sort();
}
