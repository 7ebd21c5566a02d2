import { resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { Policy } from "../../schemas/policy.ts";
import { policyDiff } from "../decide/policy-diff.ts";
import { visible } from "../findings/visible.ts";
import { readResults } from "./base-results.ts";
import type { World } from "./world.ts";

const MAX_LINES = 20;

/**
 * `supply-gate policy diff`: what would have changed in the verdicts of earlier runs under another policy. Nothing is scanned.
 * @throws GateError USAGE_INVALID without results; DOCUMENT_INVALID for results that were changed
 */
export function policyDiffCommand(from: Policy, to: Policy, over: readonly string[], world: World): number {
  if (over.length === 0) {
    throw new GateError(
      "USAGE_INVALID",
      "policy diff: found no results, expected --over with folders of earlier runs",
      {
        next: "supply-gate policy diff old.yaml new.yaml --over out",
      },
    );
  }
  for (const folder of over) {
    const begun = world.now().getTime();
    const diff = policyDiff(readResults(resolve(world.cwd, folder), folder), from, to);
    const ms = world.now().getTime() - begun;
    const same = diff.from === diff.to && diff.stricter.length + diff.milder.length === 0;
    world.stdout(`${visible(folder)}: ${diff.from} → ${diff.to}${same ? ", nothing changes" : ""} (${ms} ms)\n`);
    world.stdout([...lines("+", diff.stricter), ...lines("-", diff.milder)].join(""));
  }
  return 0;
}

function lines(sign: string, texts: readonly string[]): string[] {
  const more = texts.length > MAX_LINES ? [`  ${sign} … and ${texts.length - MAX_LINES} more\n`] : [];
  return [...texts.slice(0, MAX_LINES).map((text) => `  ${sign} ${visible(text)}\n`), ...more];
}
