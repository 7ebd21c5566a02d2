import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyResults } from "../../pipeline/protocol/artifacts/verify.ts";
import { PUBLISHED, type Published } from "../../schemas/published.ts";
import { changesOf, otherValues } from "./changes.ts";
import { exampleText, RECORDED } from "./examples.ts";
import { documentsIn, faultsOf, publishedAs } from "./published.ts";
import { filesBelow, resultsFolder, resultsOf, TREES } from "./results.ts";

/** Files that are no documents of ours: texts for people, payloads that stand elsewhere too, SBOMs of other standards, logs. */
const OTHER = /^(summary\.md|artifacts\/L3\/[^/]+\/payload|sbom\.(cdx|spdx)\.json|run\/[^/]+\/(stdout|stderr))$/;

describe("every document that is written", () => {
  it.each(TREES)("A-27 B-06 H-07: of %s is valid by its published schema", async (_what, status, tree) => {
    const files = await resultsOf(tree, status);
    const unknown = [...files.keys()].filter((path) => publishedAs(path) === undefined && !OTHER.test(path));
    expect(unknown).toEqual([]);
    expect(wrongIn(files)).toEqual([]);
  });

  it("A-27: of a run with recorded scanners is valid by its published schema", () => {
    expect([...RECORDED.keys()].filter((path) => publishedAs(path) === undefined && !OTHER.test(path))).toEqual([]);
    expect(wrongIn(RECORDED)).toEqual([]);
  });
});

function wrongIn(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => {
    const published = publishedAs(path);
    if (published === undefined) return [];
    return documentsIn(text, published).flatMap((document, index) =>
      faultsOf(published.name, document).map((fault) => `${path}:${index + 1}${fault}`),
    );
  });
}

/** Where a document takes any name or value on purpose: params of an engine's own, a kind's own report, names that a tree or a registry gives. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  evidence: ["report"],
  plan: ["advisories/ecosystems", "jobs/*/operation/params"],
  "planned-operation": ["params"],
  run: ["phaseMs"],
  verdict: ["advisories/ecosystems", "counts"],
};

describe("one field of a document that is changed", () => {
  it.each(PUBLISHED.map((each) => [each.name, each] as const))(
    "C-04 F-02 J-79: one more, or of another type, is refused by the schema of %s; a field that is missing where it must be, too",
    async (name, published) => {
      const open = OPEN[name] ?? [];
      const required = new Set<string>();
      const passed = new Set<string>();
      for (const document of await written(published)) {
        for (const { field, what, value } of changesOf(document)) {
          const refused = faultsOf(name, value).length > 0;
          // What may be missing is told by the schema alone; whether anything is missing at all, by the index.
          if (what === "dropped" && refused) required.add(field);
          else if (
            what !== "dropped" &&
            what !== "another word" &&
            !refused &&
            !open.some((path) => isBelow(field, path))
          )
            passed.add(`${what}: ${field}`);
        }
      }
      expect([...passed].sort()).toEqual([]);
      if (published.name !== "waivers-as-applied") expect(required.size).toBeGreaterThan(0);
    },
  );

  it("C-04 F-02: another word is refused but where any text may stand, which is listed (vitest -u writes the list anew)", async () => {
    const free = new Set<string>();
    for (const published of PUBLISHED)
      for (const document of await written(published))
        for (const { field, what, value } of changesOf(document))
          if (what === "another word" && faultsOf(published.name, value).length === 0)
            free.add(`${published.name} ${field.replace(/engine\.\w+\.\w+/, "*")}\n`);
    await expect([...free].sort().join("")).toMatchFileSnapshot(join(import.meta.dirname, "free-text.txt"));
  });

  it("D-13 F-14: is found by verification wherever the schema lets it pass, but in the measurements of a run", async () => {
    const unseen: string[] = [];
    const folder = await resultsFolder(TREES[1][2], 1);
    const files = filesBelow(folder);
    for (const [path, text] of files) {
      const published = publishedAs(path);
      if (published === undefined) continue;
      const place = join(folder, path);
      for (const changed of passing(published, text)) {
        writeFileSync(place, changed);
        if (!verifyResults(folder).some((each) => each.path === path)) unseen.push(path);
      }
      writeFileSync(place, text);
    }
    expect(verifyResults(folder)).toEqual([]);
    expect([...new Set(unseen)]).toEqual(["run/run.json"]);
  }, 60_000);
});

function isBelow(field: string, path: string): boolean {
  return field === path || field.startsWith(`${path}/`);
}

let failed: Promise<ReadonlyMap<string, string>> | undefined;

async function written(published: Published): Promise<unknown[]> {
  failed ??= resultsOf(TREES[1][2], 1);
  const runs = [RECORDED, await failed];
  const found = runs.flatMap((files) => [...files].filter(([path]) => published.files?.test(path)));
  if (found.length === 0) return [JSON.parse(exampleText(published))];
  return found.flatMap(([, text]) => documentsIn(text, published)).slice(0, 40);
}

/** Texts of a file with one field changed in a way that its schema allows, a few. */
function passing(published: Published, text: string): string[] {
  const lines = published.lines === true ? text.split("\n").slice(0, -1) : [text];
  const changed = lines.flatMap((line, at) =>
    [...otherValues(JSON.parse(line))]
      .filter((value) => faultsOf(published.name, value).length === 0)
      .slice(0, 2)
      .map((value) => {
        const one = JSON.stringify(value, null, published.lines === true ? undefined : 2);
        return `${lines.toSpliced(at, 1, one).join("\n")}\n`;
      }),
  );
  return changed.filter((each) => each !== text && each !== `${text}\n`).slice(0, 6);
}
