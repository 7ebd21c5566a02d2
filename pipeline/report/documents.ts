import type { z } from "zod";
import { Known } from "../../schemas/known.ts";
import { Plan } from "../../schemas/plan.ts";
import { Policy } from "../../schemas/policy.ts";
import { WaiverFile } from "../../schemas/waivers.ts";
import { BUNDLE_INDEX, bundleIndex, bundleIndexText } from "../protocol/artifacts/bundle-index.ts";
import { LAYER, PAYLOAD, SIDECAR } from "../protocol/artifacts/layer.ts";
import { factsOfBytes } from "../protocol/artifacts/payload.ts";
import { sidecarText } from "../protocol/artifacts/sidecar.ts";
import { diagnosticsText } from "../protocol/diagnostics/text.ts";
import type { Conclusion } from "./conclusion.ts";
import { toCoverage } from "./coverage.ts";
import { runDiagnostics } from "./diagnostics.ts";
import { toSummary } from "./summary.ts";
import { compact, json } from "./texts.ts";

/** Below the results of a run. */
const ARTIFACTS = "artifacts";

/** Every document of a run but `run/`, as path and text: a function of content alone. The last is the index of the others (protocol D-07). */
export function documents(conclusion: Conclusion): ReadonlyMap<string, string> {
  const files = new Map([...ownDocuments(conclusion), ...artifactFiles(conclusion)]);
  const index = bundleIndex([...files].map(([path, text]) => ({ path, ...hashed(text) })));
  return files.set(BUNDLE_INDEX, bundleIndexText(index));
}

function hashed(text: string): { content_hash: string; size_bytes: number } {
  const { content_hash, size_bytes } = factsOfBytes(text);
  return { content_hash, size_bytes };
}

/** What the results refer to, as in a store (D-03). */
function artifactFiles({ results }: Conclusion): [string, string][] {
  return results.flatMap(({ artifacts }) =>
    artifacts.flatMap(({ document, sidecar }): [string, string][] => {
      const folder = `${ARTIFACTS}/${LAYER}/${sidecar.artifact_id}`;
      return [
        [`${folder}/${PAYLOAD}`, document.text],
        [`${folder}/${SIDECAR}`, sidecarText(sidecar)],
      ];
    }),
  );
}

function ownDocuments({ input, decision, left, results }: Conclusion): [string, string][] {
  const { plan, inventory, lockfiles, broken, policy, waivers } = input;
  return [
    ["verdict.json", json(decision.verdict)],
    ["summary.md", toSummary(decision, policy)],
    ["coverage.json", json(toCoverage(decision))],
    ["diagnostics.jsonl", diagnosticsText(runDiagnostics(input, decision))],
    ["plan.json", json(inOrder(Plan, plan))],
    ["evidence/inventory.json", compact(inventory)],
    ["evidence/lockfiles.json", compact({ schemaVersion: "supply-gate/lockfiles-1", lockfiles, broken })],
    ["evidence/policy.json", json(inOrder(Policy, policy))],
    ["evidence/waivers.json", json(inOrder(WaiverFile.nullable(), waivers))],
    ["evidence/known.json", compact(inOrder(Known, input.known))],
    ["evidence/tools.json", json(input.tools)],
    ...left.map(({ path, text }): [string, string] => [path, text]),
    ...results.map(({ kind, result }): [string, string] => [`results/${kind}.json`, json(result)]),
  ];
}

/** Keys in the schema's order, whoever made the value: what is written and what is read back are the same text. */
function inOrder<S extends z.ZodType>(schema: S, value: z.output<S>): z.output<S> {
  return schema.parse(value);
}
