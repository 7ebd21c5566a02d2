import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import { collectEvidence } from "../../pipeline/decide/collect.ts";
import type { KindId } from "../../schemas/common.ts";
import { licenseCase, sbomCase } from "../failures/replayed.ts";
import { advisoryOf, layOut, recordedCase } from "../support/replay.ts";
import { ROOT } from "../support/shared-data.ts";

const CASES = (["secret_scan", "vuln_scan", "sbom_generate", "license_scan"] as const).flatMap((kind) =>
  readdirSync(join(ROOT, "fixtures/kinds", kind))
    .sort()
    .map((name): [KindId, string] => [kind, name]),
);

function recorded(kind: KindId, name: string) {
  if (kind === "sbom_generate") return sbomCase(name);
  return kind === "license_scan" ? licenseCase(name) : recordedCase(kind, name);
}

/** Everything that a job's decision is made of, but the clock and the key of its step. */
describe("the normal form of a recorded report", () => {
  it.each(CASES)("A-62: of %s/%s is what was reviewed (vitest -u writes it anew)", async (kind, name) => {
    const { planned, recording } = recorded(kind, name);
    const files = { ...layOut(recording), scanRoot: "/scan", advisory: advisoryOf(planned) };
    const { problems, report } = collectEvidence(planned.job, files, PINS);
    const text = `${JSON.stringify({ problems, report }, null, 1)}\n`;
    await expect(text).toMatchFileSnapshot(join(ROOT, "fixtures/kinds", kind, name, "normal-form.json"));
  });
});
