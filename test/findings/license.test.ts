import { describe, expect, it } from "vitest";
import { judgeLicense, judgeLicenses } from "../../pipeline/findings/license.ts";

const LISTS = {
  allow: ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-3-Clause", "MPL-2.0+", "LicenseRef-acme"],
  deny: ["GPL-3.0-only", "AGPL-3.0", "SSPL-1.0"],
};

const answer = (raw: string | null) => judgeLicense(raw, LISTS).answer;

describe("a single licence", () => {
  it.each([
    ["MIT", "allowed", "MIT"],
    ["mit", "allowed", "MIT"],
    [" APACHE-2.0\n", "allowed", "Apache-2.0"],
    ["Apache-2.0 WITH LLVM-exception", "allowed", "Apache-2.0 WITH LLVM-exception"],
    ["apache-2.0 with llvm-EXCEPTION", "allowed", "Apache-2.0 WITH LLVM-exception"],
    ["LicenseRef-acme", "allowed", "LicenseRef-acme"],
    ["MPL-2.0+", "allowed", "MPL-2.0+"],
    ["GPL-3.0-only", "denied", "GPL-3.0-only"],
    ["GPL-3.0", "denied", "GPL-3.0-only"],
    ["AGPL-3.0-only", "denied", "AGPL-3.0-only"],
    ["GPL-2.0", "review", "GPL-2.0-only"],
    ["GPL-2.0+", "review", "GPL-2.0-or-later"],
    ["LGPL-2.1+", "review", "LGPL-2.1-or-later"],
    ["GPL-2.0-with-classpath-exception", "review", "GPL-2.0-only WITH Classpath-exception-2.0"],
    ["GPL-2.0-with-classpath-exception+", "review", "GPL-2.0-or-later WITH Classpath-exception-2.0"],
    ["GPL-3.0-with-GCC-exception", "review", "GPL-3.0-only WITH GCC-exception-3.1"],
    ["BSD-2-Clause-NetBSD", "review", "BSD-2-Clause"],
    ["Nunit", "review", "Nunit"],
    ["LicenseRef-other", "review", "LicenseRef-other"],
    ["DocumentRef-a:LicenseRef-b", "review", "DocumentRef-a:LicenseRef-b"],
    ["LLVM-exception", "review", "LLVM-exception"],
    ["UNLICENSED", "review", "UNLICENSED"],
  ])("judges %s as %s", (raw, expected, expression) => {
    expect(judgeLicense(raw, LISTS)).toMatchObject({ answer: expected, expression });
  });

  it("takes an exception for a licence of its own", () => {
    expect(answer("MIT WITH LLVM-exception")).toBe("review");
    expect(answer("GPL-3.0-only WITH GCC-exception-3.1")).toBe("review");
    expect(answer("GPL-3.0-only WITH LicenseRef-scancode-some-exception")).toBe("review");
  });

  it("takes a later version for a licence of its own", () => {
    expect(answer("Apache-2.0+")).toBe("review");
    expect(answer("MPL-2.0")).toBe("review");
    expect(answer("GPL-3.0-or-later")).toBe("review");
  });
});

describe("a licence that nobody knows", () => {
  it.each([
    null,
    "",
    " \n",
    "NOASSERTION",
    "NONE",
    "unknown",
    "SEE LICENSE IN LICENSE.md",
    "LicenseRef-scancode-unknown",
    "LicenseRef-scancode-unknown-license-reference",
    "LicenseRef-scancode-unknown-spdx",
    "LicenseRef-scancode-free-unknown",
    "LicenseRef-scancode-no-license",
  ])("H-10: says unknown to %j", (raw) => {
    expect(answer(raw)).toBe("unknown");
  });

  it("is not made known by an allow list", () => {
    const lists = { allow: ["LicenseRef-scancode-unknown"], deny: [] };
    expect(judgeLicense("LicenseRef-scancode-unknown", lists).answer).toBe("unknown");
  });
});

describe("AND and OR", () => {
  it.each([
    ["MIT AND Apache-2.0", "allowed"],
    ["MIT AND ISC", "review"],
    ["MIT AND LicenseRef-scancode-unknown", "unknown"],
    ["MIT AND GPL-3.0-only", "denied"],
    ["LicenseRef-scancode-unknown AND GPL-3.0-only", "denied"],
    ["ISC AND LicenseRef-scancode-unknown", "unknown"],
    ["MIT OR GPL-3.0-only", "allowed"],
    ["GPL-3.0-only or mit", "allowed"],
    ["LicenseRef-scancode-unknown OR MIT", "allowed"],
    ["ISC OR GPL-3.0-only", "review"],
    ["LicenseRef-scancode-unknown OR GPL-3.0-only", "unknown"],
    ["AGPL-3.0-only OR SSPL-1.0", "denied"],
    ["MIT AND (GPL-3.0-only OR Apache-2.0)", "allowed"],
    ["MIT AND GPL-3.0-only OR Apache-2.0", "allowed"],
    ["MIT OR GPL-3.0-only AND Apache-2.0", "allowed"],
    ["(MIT OR ISC) AND GPL-3.0-only", "denied"],
  ])("judges %s as %s", (raw, expected) => {
    expect(answer(raw)).toBe(expected);
  });

  it("names the branch that is allowed", () => {
    expect(judgeLicense("GPL-3.0-only OR MIT", LISTS)).toEqual({
      answer: "allowed",
      expression: "GPL-3.0-only OR MIT",
      because: "the branch MIT: MIT is on the allow list",
    });
  });

  it("names the part that is not", () => {
    expect(judgeLicense("MIT AND GPL-3.0", LISTS).because).toBe("GPL-3.0-only is on the deny list");
    expect(judgeLicense("ISC OR SSPL-1.0", LISTS).because).toBe(
      "no branch of ISC OR SSPL-1.0 is allowed: ISC is on neither list",
    );
  });

  it("counts every licence that is stated for one thing", () => {
    expect(judgeLicenses(["MIT", "Apache-2.0"], LISTS)).toMatchObject({
      answer: "allowed",
      expression: "MIT AND Apache-2.0",
    });
    expect(judgeLicenses(["MIT OR ISC", "GPL-3.0"], LISTS)).toMatchObject({
      answer: "denied",
      expression: "(MIT OR ISC) AND GPL-3.0-only",
    });
    expect(judgeLicenses(["MIT", "what?"], LISTS)).toMatchObject({ answer: "unparsable" });
    expect(judgeLicenses(["MIT", "NOASSERTION"], LISTS).answer).toBe("unknown");
    expect(judgeLicenses([], LISTS).answer).toBe("unknown");
  });
});

describe("a text that is no expression", () => {
  it("shows it, the reason, and what may be meant", () => {
    expect(judgeLicense("MIT/Apache-2.0", LISTS)).toEqual({
      answer: "unparsable",
      because:
        '"MIT/Apache-2.0" is no SPDX expression (found "/" after the end of the expression); did you mean "MIT OR Apache-2.0"?',
    });
    expect(judgeLicense("Apache 2.0", LISTS).because).toContain('did you mean "Apache-2.0"?');
    expect(judgeLicense("The MIT License", LISTS).because).toContain('did you mean "MIT"?');
    expect(judgeLicense("BSD", LISTS).because).toBe('"BSD" is no SPDX expression ("BSD" is no SPDX licence id)');
  });

  it("is shown without control characters, and not whole", () => {
    const { because } = judgeLicense(`\u001b[31m${"x".repeat(500)}`, LISTS);
    expect(because).not.toContain("\u001b");
    expect(because.length).toBeLessThan(600);
  });
});

it("refuses an entry of a list that could never match", () => {
  for (const entry of ["GPL", "MIT OR ISC", "", "MIT/ISC"]) {
    expect(() => judgeLicense("MIT", { allow: [], deny: [entry] })).toThrow(
      expect.objectContaining({ code: "POLICY_INVALID" }),
    );
  }
});

it("lets a policy list npm's UNLICENSED", () => {
  expect(judgeLicense("UNLICENSED", { allow: ["UNLICENSED"], deny: [] }).answer).toBe("allowed");
  expect(judgeLicense("UNLICENSED", { allow: ["Unlicense"], deny: [] }).answer).toBe("review");
  expect(judgeLicense("UNLICENSED", { allow: [], deny: ["UNLICENSED"] }).answer).toBe("denied");
});

describe("generated expressions", () => {
  const UNITS = ["MIT", "ISC", "GPL-3.0-only", "LicenseRef-scancode-unknown", "Apache-2.0"] as const;
  const RANK = { allowed: 0, review: 1, unknown: 2, unparsable: 3, denied: 4 };

  it("of two and three units are judged as AND and OR of the answers to their units", () => {
    const worst = (...raws: string[]) => raws.map(answer).reduce((a, b) => (RANK[b] > RANK[a] ? b : a));
    const best = (...raws: string[]) => raws.map(answer).reduce((a, b) => (RANK[b] < RANK[a] ? b : a));
    for (const a of UNITS) {
      for (const b of UNITS) {
        expect(answer(`${a} AND ${b}`)).toBe(worst(a, b));
        expect(answer(`${a} OR ${b}`)).toBe(best(a, b));
        for (const c of UNITS) {
          expect(answer(`${a} AND (${b} OR ${c})`)).toBe(worst(a, `${b} OR ${c}`));
          expect(answer(`${a} OR ${b} AND ${c}`)).toBe(best(a, `${b} AND ${c}`));
        }
      }
    }
  });

  it("with sixteen clauses, and as long as may be, are judged at once", () => {
    const clauses = Array.from({ length: 16 }, () => "(GPL-3.0-only OR MIT)").join(" AND ");
    expect(answer(clauses)).toBe("allowed");
    expect(answer(`${clauses} AND ISC`)).toBe("review");
    const deep = `${"(ISC OR ".repeat(99)}MIT${")".repeat(99)}`;
    expect(answer(deep)).toBe("allowed");
    expect(answer("(".repeat(5000))).toBe("unparsable");
    expect(answer("MIT OR ".repeat(5000))).toBe("unparsable");
  });
});
