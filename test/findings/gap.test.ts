import { describe, expect, it } from "vitest";
import { gapOf } from "../../pipeline/findings/gap.ts";
import { Gap } from "../../schemas/finding.ts";
import { Waiver } from "../../schemas/waivers.ts";

const GAP = { code: "unpinned", path: "requirements.txt", subject: "loose", detail: ">=1" } as const;

describe("a gap's id", () => {
  it("is known, and one that a waiver can name", () => {
    const gap = gapOf(GAP);
    expect(Gap.parse(gap)).toEqual({ id: "gap-0938a5b2b94a", ...GAP });
    const who = { reason: "made up for a test", owner: "someone", approver: "another" };
    const waiver = { what: { finding: gap.id }, ...who, created: "2025-12-01", expires: "2026-01-01" };
    expect(Waiver.parse(waiver)).toEqual(waiver);
  });

  it("stays when only the detail changes", () => {
    expect(gapOf({ ...GAP, detail: "" }).id).toBe(gapOf(GAP).id);
  });

  it.each([
    { ...GAP, code: "unresolved-range" as const },
    { ...GAP, path: "sub/requirements.txt" },
    { ...GAP, subject: "Loose" },
    { ...GAP, path: GAP.subject, subject: GAP.path },
    { ...GAP, path: "requirements.txtl", subject: "oose" },
    { ...GAP, path: 'requirements.txt","loose', subject: "" },
  ])("is another one for %j", (other) => {
    expect(gapOf(other).id).not.toBe(gapOf(GAP).id);
  });
});
