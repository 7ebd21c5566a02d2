import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyResults, verifyStore } from "../../../pipeline/protocol/artifacts/verify.ts";
import { FACTS, madeStore, sha256 } from "./made.ts";
import { madeResults } from "./results.ts";

const INDEX = "bundle_index.json";
const RECORDER = "run/flight-recorder.jsonl";

/** The files that are named, each once. */
function named(out: string): string[] {
  return [...new Set(verifyResults(out).map(({ path }) => path))].sort();
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe("the results of a run, verified", () => {
  it("D-13: have nothing to say when they are as they were written, with and without run/", () => {
    const { out } = madeResults();
    expect(verifyResults(out)).toEqual([]);
    rmSync(join(out, "run"), { recursive: true });
    expect(verifyResults(out)).toEqual([]);
  });

  it("D-13: name a document that was changed, and how", () => {
    const { out } = madeResults();
    writeFileSync(join(out, "verdict.json"), "{ }");
    expect(verifyResults(out)).toEqual([
      {
        code: "TAMPER_DETECTED",
        path: "verdict.json",
        message: `found content ${sha256("{ }")}, expected ${sha256("{}\n")}`,
      },
    ]);
  });

  it("D-13: name a payload that was changed, a file's and one in a folder's", () => {
    const { out, ids } = madeResults();
    const file = `artifacts/L3/${ids.report}/payload`;
    const folder = `artifacts/L3/${ids.folder}/payload`;
    appendFileSync(join(out, file), " ");
    appendFileSync(join(out, folder, "c.txt"), " ");
    expect(named(out)).toEqual([file, folder, `${folder}/c.txt`].sort());
  });

  it("D-13: name a sidecar that was changed", () => {
    const { out, ids } = madeResults();
    const sidecar = `artifacts/L3/${ids.secret}/artifact.json`;
    edit(join(out, sidecar), '"exportable": false', '"exportable": true');
    expect(named(out)).toEqual([sidecar]);
  });

  it.each([
    ["a digest", '"content_hash": "', '"content_hash": "x'],
    ["a path", "verdict.json", "verdict.txt"],
    ["its own digest", '"index_hash": "', '"index_hash": "0'],
    ["white space", '"files": [', '"files":  ['],
    ["all", "{", "["],
  ])("D-07 D-13: name the index when %s in it was changed", (_what, from, to) => {
    const { out } = madeResults();
    edit(join(out, INDEX), from, to);
    expect(named(out)).toEqual([INDEX]);
  });

  it("D-13: name the recorder when a line of it was changed, cut off, or all of it is gone", () => {
    const { out } = madeResults();
    const recorder = join(out, RECORDER);
    const before = readFileSync(recorder, "utf8");
    edit(recorder, '"exit_code":1', '"exit_code":0');
    expect(named(out)).toEqual([RECORDER]);
    writeFileSync(recorder, before.slice(0, -20));
    expect(named(out)).toEqual([RECORDER]);
    rmSync(recorder);
    expect(verifyResults(out)).toEqual([{ code: "TAMPER_DETECTED", path: RECORDER, message: "is not there" }]);
  });

  it("D-13: name what is missing and what nobody wrote", () => {
    const { out, ids } = madeResults();
    rmSync(join(out, "reports/vuln_scan.json"));
    writeFileSync(join(out, "reports/new.json"), "");
    rmSync(join(out, "artifacts/L3", ids.report), { recursive: true });
    const gone = ["artifact.json", "payload"].map((name) => `artifacts/L3/${ids.report}/${name}`);
    expect(named(out)).toEqual([...gone, "reports/new.json", "reports/vuln_scan.json"].sort());
    rmSync(join(out, INDEX));
    expect(named(out)).toEqual([INDEX]);
  });

  it("D-13: name a file that became a link to the same content", () => {
    const { out } = madeResults();
    renameSync(join(out, "verdict.json"), join(out, "run", "verdict.json"));
    symlinkSync(join("run", "verdict.json"), join(out, "verdict.json"));
    expect(verifyResults(out).map(({ path, message }) => [path, message])).toEqual([
      ["verdict.json", "found a symbolic link, expected a file"],
      ["verdict.json", "is not there"],
    ]);
  });
});

describe("a store, verified", () => {
  it("D-13: passes over what was not finished, names what is no artifact", () => {
    const store = madeStore();
    const { artifact_id: id } = store.put({ bytes: "1" }, FACTS);
    mkdirSync(join(store.folder, "L3", ".partial-0011223344556677"));
    expect(verifyStore(store.folder)).toEqual([]);
    writeFileSync(join(store.folder, "L3", "stray"), "");
    mkdirSync(join(store.folder, "L3", "empty"));
    writeFileSync(join(store.folder, "L3", id, "more"), "");
    expect(verifyStore(store.folder).map(({ path, message }) => [path, message])).toEqual(
      [
        [`L3/${id}/more`, "is no part of an artifact"],
        ["L3/empty/artifact.json", "is not there"],
        ["L3/stray", "found no folder, expected an artifact's"],
      ].sort(),
    );
  });

  it("D-13: names an artifact that has another's name", () => {
    const store = madeStore();
    const { artifact_id: id } = store.put({ bytes: "1" }, FACTS);
    const other = "11111111-1111-8111-8111-111111111111";
    renameSync(join(store.folder, "L3", id), join(store.folder, "L3", other));
    expect(verifyStore(store.folder)).toEqual([
      {
        code: "TAMPER_DETECTED",
        path: `L3/${other}/artifact.json`,
        message: `found artifact ${id}, expected ${other}`,
      },
    ]);
  });

  it("D-06 D-13: names a payload that became a folder", () => {
    const store = madeStore();
    const { artifact_id: id } = store.put({ bytes: "1" }, FACTS);
    const { payload } = store.get(id);
    rmSync(payload);
    mkdirSync(payload);
    expect(verifyStore(store.folder).map(({ message }) => message)).toEqual(["found no file, expected one"]);
  });
});
