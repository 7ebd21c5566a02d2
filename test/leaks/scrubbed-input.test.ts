import { describe, expect, it } from "vitest";
import { concludeWithout, valuesOf } from "../../pipeline/cli/scrubbed-input.ts";
import { decide } from "../../pipeline/decide/decide.ts";
import { withoutPublicWords } from "../../pipeline/leaks/public-words.ts";
import { type Scrubber, scrubberOf, UNTOUCHED } from "../../pipeline/leaks/scrub.ts";
import { documents } from "../../pipeline/report/documents.ts";
import { recordedCase, replay } from "../support/replay.ts";

const secretOf = (text: string) => ({ ruleId: "made-up", bytes: Buffer.from(text) });

function input() {
  const { planned, recording } = recordedCase("secret_scan", "plain");
  return replay(planned, recording).input;
}

describe("a decision without the found secrets", () => {
  it("is the very same input when none occurs", () => {
    const found = input();
    const scrubber = scrubberOf([secretOf("Zq8mK2xV5tB9")], valuesOf(found));
    expect(concludeWithout(found, scrubber).input).toBe(found);
  });

  it("has other names, digests and keys that go together, and the same findings", () => {
    const found = input();
    const [first] = found.inventory.files;
    const path = first?.path ?? "";
    const scrubber = scrubberOf([secretOf(path)], valuesOf(found));
    const conclusion = concludeWithout(found, scrubber);
    const { input: clean, decision } = conclusion;
    expect(JSON.stringify([...documents(conclusion)])).not.toContain(JSON.stringify(path).slice(1, -1));
    expect(clean.plan.inventory.sha256).not.toBe(found.plan.inventory.sha256);
    const [job] = clean.plan.jobs;
    const [before] = found.plan.jobs;
    const keyOf = (entry: typeof job) => (entry?.state === "planned" ? entry.stepKey : undefined);
    expect(keyOf(job)).not.toBe(keyOf(before));
    expect(clean.evidence.get("secret_scan")?.stepKey).toBe(keyOf(job));
    expect(decision.findings.map(({ rule }) => rule)).toEqual(decide(found).findings.map(({ rule }) => rule));
  });

  it("is refused when it would be another decision", () => {
    const found = input();
    const blinding: Scrubber = {
      ...UNTOUCHED,
      value: (value) => JSON.parse(JSON.stringify(value).replace(/"secrets":\[.*?\](?=[,}])/, '"secrets":[]')),
    };
    expect(() => concludeWithout(found, blinding)).toThrowError(
      expect.objectContaining({ code: "DOCUMENT_INVALID", message: expect.stringContaining("another decision") }),
    );
  });
});

describe("a word of our own documents that a tree calls a password", () => {
  it("is no secret: nothing of the policy can be struck out with it", () => {
    const own = ["vulnerability.critical", "schemaVersion", "AGPL-3.0-only", "supply-gate/plan-1"].map(secretOf);
    const other = secretOf("Zq8mK2xV5tB9");
    expect(withoutPublicWords([...own, other])).toEqual([other]);
  });
});
