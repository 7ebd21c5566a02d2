import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { licenseCase, sbomCase } from "../failures/replayed.ts";
import { caseNames, recordedCase, replay } from "../support/replay.ts";
import { ROOT } from "../support/shared-data.ts";
import { byteChanges, changed, filesOf, lost } from "./byte-change.ts";
import { PROPERTY_TIMEOUT, runsOf } from "./runs.ts";

const folders = (kind: string) => readdirSync(join(ROOT, "fixtures/kinds", kind)).sort();

const CASES = [
  ...caseNames("secret_scan").map((name) => ["secret_scan", name, () => recordedCase("secret_scan", name)] as const),
  ...caseNames("vuln_scan").map((name) => ["vuln_scan", name, () => recordedCase("vuln_scan", name)] as const),
  ...folders("sbom_generate").map((name) => ["sbom_generate", name, () => sbomCase(name)] as const),
  ...folders("license_scan").map((name) => ["license_scan", name, () => licenseCase(name)] as const),
];

describe("one byte of what a step left, changed in any way,", () => {
  it.each(CASES)(
    "leaves the decision on %s/%s the same or makes it stricter",
    { timeout: PROPERTY_TIMEOUT },
    (_kind, _name, load) => {
      const { planned, recording } = load();
      const good = replay(planned, recording);
      fc.assert(
        fc.property(byteChanges(filesOf(recording)), (change) => {
          const after = changed(recording, change);
          if (after !== null) expect(lost(good, replay(planned, after))).toEqual([]);
        }),
        runsOf(80),
      );
    },
  );
});

describe("the order of decisions", () => {
  it("knows a finding that is gone or weighs less, and takes an incomplete job for stricter", () => {
    const { planned, recording } = recordedCase("secret_scan", "plain");
    const good = replay(planned, recording);
    const [, ...others] = good.job.findings;
    expect(lost(good, good)).toEqual([]);
    expect(lost(good, { ...good, job: { ...good.job, findings: others } })).toHaveLength(1);
    const lighter = good.job.findings.map((finding) => ({ ...finding, effect: "report" as const }));
    expect(lost(good, { ...good, job: { ...good.job, findings: lighter } }).length).toBeGreaterThan(0);
    const broken = replay(planned, { ...recording, outputs: {} });
    expect(lost(good, broken)).toEqual([]);
    expect(lost(broken, good)).toEqual([]);
  });
});
