import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { extractText } from "../../pipeline/tree/extract.ts";
import type { Extract } from "../../schemas/step.ts";

const TEXT = "# rules\n[allowlist]\npaths = ['''é''']\n]\nrest\n";
const extract: Extract = {
  program: "tool",
  start: "# rules\n",
  length: Buffer.byteLength(TEXT),
  sha256: createHash("sha256").update(TEXT).digest("hex"),
  replace: { from: "[allowlist]\n", to: "]\n", with: "[[allowlists]]\n" },
  append: "more\n",
};
const program = (text: string) => Buffer.concat([Buffer.from([0x7f, 0xff, 0x00]), Buffer.from(text), Buffer.from([0])]);
const mismatch = (message: RegExp) =>
  expect.objectContaining({ code: "PIN_MISMATCH", message: expect.stringMatching(message) });

describe("extractText", () => {
  it("takes the text out of the program by bytes, changes the one part, and adds to the end", () => {
    const to = TEXT.lastIndexOf("]\n");
    const expected = `# rules\n[[allowlists]]\n${TEXT.slice(to + 2)}more\n`;
    expect(extractText({ ...extract, replace: { ...extract.replace, to: "'''é''']\n]\n" } }, program(TEXT))).toBe(
      expected,
    );
  });

  it.each([
    ["no such text", "nothing of that kind", /^tool: found no such text in the program, expected sha256 [0-9a-f]{64}$/],
    ["another text", TEXT.replace("rest", "last"), /^tool: found another text \(sha256 [0-9a-f]{64}\) in the program/],
    ["a text that is cut", TEXT.slice(0, -3), /^tool: found another text/],
  ])("refuses a program with %s", (_what, text, message) => {
    expect(() => extractText(extract, program(text))).toThrow(mismatch(message));
  });

  it("refuses a program that holds the text's beginning twice: which one the tool uses is not known", () => {
    expect(() => extractText(extract, Buffer.concat([program(TEXT), program(TEXT)]))).toThrow(mismatch(/twice/));
  });

  it("calls it a bug of ours when the pinned text has no part to replace", () => {
    const replace = { ...extract.replace, from: "[none]" };
    expect(() => extractText({ ...extract, replace }, program(TEXT))).toThrow(
      "tool: the text of the pinned digest has no part to replace",
    );
  });
});
