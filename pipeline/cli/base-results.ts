import { GateError } from "../../schemas/error.ts";
import type { Finding } from "../../schemas/finding.ts";
import { readJson } from "../../schemas/read.ts";
import { PinnedTools } from "../../schemas/tools.ts";
import { Verdict } from "../../schemas/verdict.ts";
import { type DecisionInput, decide } from "../decide/decide.ts";
import { digestOf } from "../findings/digest.ts";
import { purlOf } from "../findings/purl.ts";
import { ADVISED } from "../split/attribute.ts";
import { readEvidence, readPlanned, textOf } from "./stored.ts";

/**
 * All that an earlier run decided on, from its results folder; decided again, so that evidence which somebody changed since is not taken.
 * @throws GateError USAGE_INVALID when something is missing, DOCUMENT_INVALID when it is not what was decided on
 */
export function readResults(folder: string, name: string): DecisionInput {
  const stored = readJson(Verdict, textOf(folder, "verdict.json"), "verdict.json");
  const input: DecisionInput = {
    ...readPlanned(folder),
    evidence: readEvidence(folder),
    tools: readJson(PinnedTools, textOf(folder, "evidence/tools.json"), "evidence/tools.json"),
    isolation: stored.isolation,
  };
  const { verdict } = decide(input);
  const [found, expected] = [verdict, stored].map(({ planSha256, evidenceSha256 }) =>
    digestOf({ planSha256, evidenceSha256 }),
  );
  if (found === expected) return input;
  throw new GateError("DOCUMENT_INVALID", `${name}: found other evidence than its verdict was made of`, {
    next: "do not compare with these results: run the gate over that tree again",
  });
}

/**
 * What a base says by other advisories than it was scanned with, when nothing can be scanned again: a package version is found or not
 * whatever tree it is in, so what head says of it holds for base. Of versions that head does not have, what base said stays.
 * @param advised what head has by those advisories
 */
export function byAdvisoriesOf(advised: readonly Finding[], base: DecisionInput, own: readonly Finding[]): Finding[] {
  const inBase = new Set(
    base.lockfiles.flatMap(({ packages }) =>
      packages.map(({ ecosystem, name, version }) => purlOf(ecosystem, name, version)),
    ),
  );
  const inHead = new Set(advised.map(({ purl }) => purl));
  const shared = advised.filter(({ kind, purl }) => kind === ADVISED && purl !== undefined && inBase.has(purl));
  const others = own.filter(({ kind, purl }) => kind === ADVISED && !inHead.has(purl));
  return [...shared, ...others];
}
