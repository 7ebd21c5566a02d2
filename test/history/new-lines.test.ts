import { describe, expect, it } from "vitest";
import { newLines } from "../../pipeline/history/new-lines.ts";

const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}\n`);
const bytes = (parts: readonly string[]) => Buffer.from(parts.join(""));
const shown = (before: readonly string[][], next: readonly string[]) => {
  const found = newLines(before.map(bytes), bytes(next));
  return found === null ? null : { text: found.text.toString(), runs: [...found.runs] };
};

describe("newLines", () => {
  it("takes all of a file that was not there", () => {
    expect(shown([], ["a\n", "b"])).toEqual({ text: "a\nb", runs: [1, 1, 2] });
    expect(shown([], [])).toBeNull();
  });

  it("gives an added line with three lines around it, and which of them is new", () => {
    const old = lines(1, 20);
    expect(shown([old], [...old.slice(0, 10), "new\n", ...old.slice(10)])).toEqual({
      text: ["line 8\n", "line 9\n", "line 10\n", "new\n", "line 11\n", "line 12\n", "line 13\n"].join(""),
      runs: [1, 8, -3, 4, 11, 1, 5, 12, -3],
    });
  });

  it("parts what is not near with an empty line", () => {
    const old = lines(1, 30);
    const next = ["first\n", ...old, "last"];
    expect(shown([old], next)).toEqual({
      text: ["first\n", "line 1\n", "line 2\n", "line 3\n", "\n", "line 28\n", "line 29\n", "line 30\n", "last"].join(
        "",
      ),
      runs: [1, 1, 1, 2, 2, -3, 6, 29, -3, 9, 32, 1],
    });
  });

  it("finds nothing new in a file whose lines were taken out or moved", () => {
    const old = lines(1, 10);
    expect(shown([old], old.slice(3))).toBeNull();
    expect(shown([old], old.toReversed())).toBeNull();
    expect(shown([old], old)).toBeNull();
    expect(shown([["a\n"]], ["a"])).toBeNull();
  });

  it("keeps BEGIN and END around a key that is replaced between them", () => {
    const key = (body: string) => ["BEGIN\n", `${body} 1\n`, `${body} 2\n`, "END\n"];
    expect(shown([key("old")], key("new"))?.text).toBe(key("new").join(""));
  });

  it("takes for new in a merge what no parent has", () => {
    expect(
      shown(
        [
          ["a\n", "b\n"],
          ["a\n", "c\n"],
        ],
        ["a\n", "b\n", "c\n"],
      ),
    ).toBeNull();
    expect(
      shown(
        [
          ["a\n", "b\n"],
          ["a\n", "c\n"],
        ],
        ["b\n", "evil\n", "c\n"],
      ),
    ).toEqual({
      text: "b\nevil\nc\n",
      runs: [1, 1, -1, 2, 2, 1, 3, 3, -1],
    });
  });

  it("agrees with a slow reading, whatever is changed", () => {
    let state = 7;
    const random = (below: number) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor((state / 2147483648) * below);
    };
    for (let round = 0; round < 2000; round++) {
      const word = () => ["", "a", "b", "ab", "a long line that is longer", `${round}`][random(6)] as string;
      const old = Array.from({ length: random(40) }, word);
      const next = old.flatMap((line) => (random(8) === 0 ? [] : random(8) === 0 ? [line, word()] : [line]));
      const found = newLines([Buffer.from(old.join("\n"))], Buffer.from(next.join("\n")));
      const fresh = next.filter((line) => line !== "" && !old.includes(line));
      const staged = found === null ? [] : found.text.toString().split("\n");
      expect(fresh.filter((line) => !staged.includes(line))).toEqual([]);
      for (let at = 0; found !== null && at < found.runs.length; at += 3) {
        const [piece = 0, file = 0, count = 0] = found.runs.slice(at, at + 3);
        for (let line = 0; line < Math.abs(count); line++) expect(staged[piece + line - 1]).toBe(next[file + line - 1]);
      }
    }
  });
});
