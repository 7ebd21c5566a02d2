import { describe, expect, it } from "vitest";
import { concludedLicense } from "../../pipeline/findings/concluded-license.ts";

const CLASSIFIER = "License :: OSI Approved :: ";

/** What is stated in the lockfile, declared in the archive, detected in its files; then what counts, and what only the files have. */
type Case = [stated: string[], declared: string[], detected: string[], concluded: string[], undeclared: string[]];

describe("a concluded licence", () => {
  it.each<[string, ...Case]>([
    ["is what is declared where the files say the same", ["MIT"], ["MIT"], ["MIT"], ["MIT"], []],
    ["is what is declared where there are no files", [], ["MIT"], [], ["MIT"], []],
    ["is what the files say where nothing is declared", [], [], ["MIT"], ["MIT"], []],
    ["is nothing where nobody says anything", [], [], [], [], []],
    [
      "has what only a file says",
      ["MIT"],
      ["MIT"],
      ["MIT AND GPL-3.0-only"],
      ["GPL-3.0-only", "MIT"],
      ["GPL-3.0-only"],
    ],
    ["has both where lockfile and archive differ", ["MIT"], ["ISC"], [], ["ISC", "MIT"], []],
    [
      "takes a choice of the files as a choice",
      ["ISC"],
      ["ISC"],
      ["ISC AND (GPL-2.0-only OR CDDL-1.1)"],
      ["GPL-2.0-only OR CDDL-1.1", "ISC"],
      ["GPL-2.0-only OR CDDL-1.1"],
    ],
    [
      "knows the texts of each branch that is declared",
      [],
      ["MIT OR Apache-2.0"],
      ["Apache-2.0", "MIT"],
      ["MIT OR Apache-2.0"],
      [],
    ],
    [
      "knows that a GNU text is one, with or without later versions",
      [],
      ["GPL-3.0-or-later"],
      ["GPL-3.0-only"],
      ["GPL-3.0-or-later"],
      [],
    ],
    [
      "does not take another version of it for the same",
      [],
      ["GPL-3.0-or-later"],
      ["GPL-2.0-only"],
      ["GPL-2.0-only", "GPL-3.0-or-later"],
      ["GPL-2.0-only"],
    ],
    [
      "does not take an exception for none",
      [],
      ["GPL-2.0-only WITH Classpath-exception-2.0"],
      ["GPL-2.0-only"],
      ["GPL-2.0-only", "GPL-2.0-only WITH Classpath-exception-2.0"],
      ["GPL-2.0-only"],
    ],
    [
      "passes over words by which the scanner says nothing",
      ["MIT"],
      [],
      ["LicenseRef-scancode-unknown-license-reference"],
      ["MIT"],
      [],
    ],
    [
      "but not where nothing else is known",
      [],
      [],
      ["LicenseRef-scancode-unknown"],
      ["LicenseRef-scancode-unknown"],
      [],
    ],
    ["reads classifiers", [], [`${CLASSIFIER}MIT License`], [], ["MIT"], []],
    ["lets an exact id stand for a family", [], ["BSD-3-Clause", `${CLASSIFIER}BSD License`], [], ["BSD-3-Clause"], []],
    ["lets the file stand for a family", [], ["BSD License"], ["BSD-3-Clause"], ["BSD-3-Clause"], []],
    [
      "keeps a family that is another one",
      [],
      ["MIT", `${CLASSIFIER}BSD License`],
      [],
      [`${CLASSIFIER}BSD License`, "MIT"],
      [],
    ],
    ["keeps a family without any exact word", [], ["BSD License"], [], ["BSD License"], []],
    ["lets an id stand for the same in words", ["Apache-2.0"], ["Apache License, Version 2.0"], [], ["Apache-2.0"], []],
    ["reads the file that a package sends to", [], ["SEE LICENSE IN LICENSE.txt"], ["MIT"], ["MIT"], []],
    ["keeps that nobody may use it", [], ["UNLICENSED"], ["MIT"], ["MIT", "UNLICENSED"], []],
    [
      "keeps words of a licence that is not free",
      [],
      ["License :: Other/Proprietary License"],
      ["MIT"],
      ["License :: Other/Proprietary License", "MIT"],
      [],
    ],
    [
      "keeps a classifier that names a harsher family",
      ["MIT"],
      [`${CLASSIFIER}GNU General Public License (GPL)`],
      [],
      [`${CLASSIFIER}GNU General Public License (GPL)`, "MIT"],
      [],
    ],
  ])("%s", (_what, stated, inMetadata, inFiles, concluded, undeclared) => {
    const from = "package.json#license";
    const found = concludedLicense(
      stated,
      inMetadata.map((raw) => ({ raw, from })),
      inFiles,
    );
    expect(found).toEqual({
      declared: [...new Set([...stated, ...inMetadata])].sort(),
      detected: [...inFiles].sort(),
      undeclared,
      concluded,
    });
  });

  it("reads Cargo's older choice, and nobody else's stroke", () => {
    const raw = "MIT/Apache-2.0";
    expect(concludedLicense([], [{ raw, from: "Cargo.toml#package.license" }], ["MIT"])).toEqual({
      declared: [raw],
      detected: ["MIT"],
      undeclared: [],
      concluded: ["MIT OR Apache-2.0"],
    });
    expect(concludedLicense([], [{ raw, from: "package.json#license" }], []).concluded).toEqual([raw]);
  });
});
