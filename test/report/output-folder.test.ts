import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clearOutput, writeOutput } from "../../pipeline/report/output-folder.ts";
import { makeTree } from "../support/tree.ts";

const VERDICT = `${JSON.stringify({ schemaVersion: "supply-gate/verdict-1" }, null, 2)}\n`;
const DOCUMENTS = new Map([
  ["verdict.json", VERDICT],
  ["evidence/a.json", "{}"],
]);

describe("clearOutput", () => {
  it.each<[string, Record<string, string>]>([
    ["an earlier run's results", { "out/verdict.json": VERDICT, "out/run/log": "x" }],
    ["nothing", {}],
  ])("leaves nothing where it finds %s", (_what, files) => {
    const out = join(makeTree(files), "out");
    clearOutput(out);
    expect(existsSync(out)).toBe(false);
  });

  it("takes an empty folder for its own", () => {
    const out = join(makeTree({}), "out");
    mkdirSync(out);
    clearOutput(out);
    expect(existsSync(out)).toBe(false);
  });

  it.each<[string, Record<string, string>, string]>([
    ["a file", { out: "mine" }, "a file"],
    ["a folder with other content", { "out/a": "mine" }, "a folder with other content"],
    ["another program's verdict", { "out/verdict.json": '{"schemaVersion": "other"}' }, "a folder with other content"],
    ["an empty verdict", { "out/verdict.json": "" }, "a folder with other content"],
  ])("refuses %s and leaves it as it is", (_what, files, found) => {
    const root = makeTree(files);
    expect(() => clearOutput(join(root, "out"))).toThrow(
      expect.objectContaining({
        code: "OUTPUT_INVALID",
        message: `${join(root, "out")}: found ${found}, expected nothing or an earlier run's results`,
        next: "give another folder with --out",
      }),
    );
    for (const [path, text] of Object.entries(files)) expect(readFileSync(join(root, path), "utf8")).toBe(text);
  });

  it.each(["results", "none"])("refuses a link to %s, which it never follows", (target) => {
    const root = makeTree({ "results/verdict.json": VERDICT });
    symlinkSync(target, join(root, "out"));
    expect(() => clearOutput(join(root, "out"))).toThrow(/found a symbolic link/);
    expect(readdirSync(root).sort()).toEqual(["out", "results"]);
    expect(existsSync(join(root, "results/verdict.json"))).toBe(true);
  });

  it.each(["folder", "link"])("refuses a folder whose verdict.json is a %s", (what) => {
    const root = makeTree({ "verdict.json": VERDICT, "out/keep": "mine" });
    if (what === "folder") mkdirSync(join(root, "out/verdict.json"));
    else symlinkSync("../verdict.json", join(root, "out/verdict.json"));
    expect(() => clearOutput(join(root, "out"))).toThrow(expect.objectContaining({ code: "OUTPUT_INVALID" }));
    expect(existsSync(join(root, "out/keep"))).toBe(true);
  });
});

describe("what a run that was killed left beside its results", () => {
  const LEFT = "out.partial-0123abcd";

  it.each<[string, Record<string, string>]>([
    ["half a folder of results", { [`${LEFT}/verdict.json`]: VERDICT, [`${LEFT}/plan.json`]: "{" }],
    ["the beginning of one", { [`${LEFT}/verdict.json`]: "" }],
    ["half of what was taken away", { "out/verdict.json": VERDICT, [`${LEFT}/verdict.json`]: VERDICT }],
  ])("J-60: goes with the next run: %s", (_what, files) => {
    const root = makeTree({ ...files, "a.ts": "" });
    clearOutput(join(root, "out"));
    expect(readdirSync(root)).toEqual(["a.ts"]);
  });

  it("goes when there is nothing in it", () => {
    const root = makeTree({});
    mkdirSync(join(root, LEFT));
    clearOutput(join(root, "out"));
    expect(readdirSync(root)).toEqual([]);
  });

  it.each<[string, string, Record<string, string>]>([
    ["no verdict on top", LEFT, { "a.ts": "mine" }],
    ["another program's verdict", LEFT, { "verdict.json": "{}" }],
    ["another name", "out.partial-0123abcdx", { "verdict.json": VERDICT }],
    ["other results beside it", "other.partial-0123abcd", { "verdict.json": VERDICT }],
  ])("stays, as anybody's, with %s", (_what, name, files) => {
    const root = makeTree(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text])));
    clearOutput(join(root, "out"));
    expect(readdirSync(join(root, name))).toEqual(Object.keys(files));
  });

  it("stays when it is source, and when it is a link", () => {
    const root = makeTree({ [`${LEFT}/verdict.json`]: VERDICT });
    symlinkSync(LEFT, join(root, "out.partial-ffffffff"));
    const asked: string[] = [];
    clearOutput(join(root, "out"), (name) => asked.push(name) > 0);
    expect(asked).toEqual([LEFT]);
    expect(readdirSync(root).sort()).toEqual([LEFT, "out.partial-ffffffff"]);
  });
});

describe("writeOutput", () => {
  const logs = makeTree({ "logs/x/stderr": "said" });

  it("writes all documents and the logs, and nothing beside them", () => {
    const root = makeTree({});
    writeOutput(join(root, "new/out"), DOCUMENTS, join(logs, "logs"));
    expect(readdirSync(join(root, "new"))).toEqual(["out"]);
    expect(readdirSync(join(root, "new/out"), { recursive: true }).sort()).toEqual(
      ["evidence", "evidence/a.json", "run", "run/x", "run/x/stderr", "verdict.json"].sort(),
    );
    expect(readFileSync(join(root, "new/out/verdict.json"), "utf8")).toBe(VERDICT);
  });

  it.each<[string, ReadonlyMap<string, string>, string, RegExp]>([
    [
      "a file stands where a folder must be made",
      new Map([...DOCUMENTS, ["verdict.json/x", ""]]),
      "logs",
      /\((EEXIST|ENOTDIR)\)$/,
    ],
    ["the logs are not there", DOCUMENTS, "none", /\(ENOENT\)$/],
    ["a name is too long", new Map([...DOCUMENTS, ["x".repeat(300), ""]]), "logs", /\(ENAMETOOLONG\)$/],
  ])("D-21: leaves nothing behind when %s", (_what, documents, from, message) => {
    const root = makeTree({});
    expect(() => writeOutput(join(root, "out"), documents, join(logs, from))).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED", message: expect.stringMatching(message) }),
    );
    expect(readdirSync(root)).toEqual([]);
  });

  it("leaves nothing behind when the folder above is a file, or the place was taken meanwhile", () => {
    const root = makeTree({ file: "mine", "out/a": "mine" });
    const failed = expect.objectContaining({ code: "STORAGE_FAILED", next: "give another folder with --out" });
    expect(() => writeOutput(join(root, "file/out"), DOCUMENTS, join(logs, "logs"))).toThrow(failed);
    expect(() => writeOutput(join(root, "out"), DOCUMENTS, join(logs, "logs"))).toThrow(failed);
    expect(readdirSync(root).sort()).toEqual(["file", "out"]);
    expect(readdirSync(join(root, "out"))).toEqual(["a"]);
  });
});
