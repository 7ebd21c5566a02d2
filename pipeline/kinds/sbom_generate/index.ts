import { readValue } from "../../../schemas/read.ts";
import type { Kind } from "../kind.ts";
import { judgeSbom } from "./judge.ts";
import { collectSbom, SbomReport } from "./reader.ts";
import { LIMITS, planSbomGenerate } from "./step.ts";

/** `sbom_generate`: what the software consists of, by syft and by our own lockfile readers. */
export const sbomGenerate: Kind<SbomReport> = {
  id: "sbom_generate",
  engineId: "engine.supply_chain.sbom",
  tool: "syft",
  limits: LIMITS,
  plan: planSbomGenerate,
  collect: collectSbom,
  read: (report) => readValue(SbomReport, report, "evidence/sbom_generate.json"),
  judge: judgeSbom,
};
