import { describe, expect, it } from "vitest";
import { clarified, deadClarifications } from "../../../pipeline/kinds/license_scan/clarify.ts";
import { judgeLicenseScan } from "../../../pipeline/kinds/license_scan/judge.ts";
import type { LicenseReport } from "../../../pipeline/kinds/license_scan/reader.ts";
import type { Clarification } from "../../../schemas/policy.ts";
import { inventoryOf, POLICY } from "./tree.ts";

const INVENTORY = inventoryOf(["LICENSE.old", "a.ts"]);
const SHA256 = INVENTORY.files[0]?.sha256 ?? "";
const UNKNOWN = "LicenseRef-scancode-unknown";
const REPORT: LicenseReport = {
  canaries: [],
  spdxListVersion: "3.27",
  seen: ["LICENSE.old", "a.ts"],
  files: [
    {
      path: "LICENSE.old",
      licenseExpression: UNKNOWN,
      detections: [{ licenseExpression: UNKNOWN, score: 50, startLine: 1, endLine: 9 }],
    },
  ],
  clues: [],
  errors: [],
};
const said = (more: Partial<Clarification> = {}): Clarification => ({
  path: "LICENSE.old",
  sha256: SHA256,
  license: "MIT",
  reason: "the text of MIT in Latin letters",
  ...more,
});
const rulesWith = (clarify: Clarification[]) =>
  judgeLicenseScan({
    report: REPORT,
    inventory: INVENTORY,
    lockfiles: [],
    components: { components: [], dependencies: [] },
    policy: { ...POLICY, licenses: { ...POLICY.licenses, clarify } },
    mode: "release",
    step: undefined,
    names: {},
  }).findings.map(({ rule }) => rule);

describe("a clarification", () => {
  it("stands for what was detected in that very text", () => {
    expect(rulesWith([])).toEqual(["license.unknown"]);
    expect(rulesWith([said()])).toEqual([]);
    expect(rulesWith([said({ license: "AGPL-3.0-only" })])).toEqual(["license.denied"]);
  });

  it("is dead when the text is another one, and what was detected counts again", () => {
    expect(rulesWith([said({ sha256: "f".repeat(64) })])).toEqual(["license.unknown", "waiver.dead-clarification"]);
    const [changed, gone] = deadClarifications(
      [said({ sha256: "f".repeat(64) }), said({ path: "LICENSE.gone" })],
      INVENTORY,
    );
    expect(changed?.title).toBe("the policy says what LICENSE.old says, but its text is another one now");
    expect(gone?.title).toBe("the policy says what LICENSE.gone says, but there is no such file");
  });

  it("says nothing about a file that was not read", () => {
    const unread = { ...REPORT, seen: ["a.ts"], files: [] };
    expect(clarified(unread, [said()], INVENTORY)).toEqual(unread);
  });
});
