import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { KINDS } from "../pipeline/kinds/index.ts";
import { ERROR_CODES } from "../schemas/error.ts";
import { ROOT } from "./support/shared-data.ts";

/** Kinds without recorded cases, and why. */
const NO_CASES: Readonly<Record<string, string>> = {
  oss_register_audit: "no tool runs; the register and the components are made in the test",
};
const MAX_LINES = 250;

const FILES = projectFiles();
const SOURCES = sources("pipeline", "schemas");
const TESTS = sources("test").filter(({ path }) => path !== "test/house.test.ts");

describe("the house", () => {
  it("lists every kind that has a room, and no other", () => {
    expect(KINDS.map(({ id }) => id).sort()).toEqual(foldersIn("pipeline/kinds"));
  });

  it("has recorded cases for every kind, or says why not", () => {
    const recorded = foldersIn("fixtures/kinds");
    expect([...recorded, ...Object.keys(NO_CASES)].sort()).toEqual(foldersIn("pipeline/kinds"));
    for (const id of recorded) expect(foldersIn(`fixtures/kinds/${id}`)).not.toEqual([]);
  });

  it("names every image by tag and digest", () => {
    const { images } = json("pipeline/pins/images.json") as { images: Record<string, { reference: string }> };
    const references = Object.values(images).map(({ reference }) => reference);
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((reference) => !/^[^:@]+:[^:@]+@sha256:[0-9a-f]{64}$/.test(reference))).toEqual([]);
  });

  it("gives the Dagger module typescript 5.9.3 and nothing else", () => {
    const { dependencies, ...others } = json("pipeline/package.json");
    expect(dependencies).toEqual({ typescript: "5.9.3" });
    expect(Object.keys(others).filter((key) => /dependencies/i.test(key))).toEqual([]);
  });

  it("tells what the Dagger module is on top of its first file, where the engine looks", () => {
    expect(readFileSync(join(ROOT, "pipeline/src/index.ts"), "utf8")).toMatch(/^\/\*\*\n \* supply-gate: .+\n/);
  });

  it(`has no source file over ${MAX_LINES} lines`, () => {
    expect(linesOf(SOURCES).filter(({ line }) => line > MAX_LINES)).toEqual([]);
  });

  it.each(Object.keys(ERROR_CODES))("can end with %s, and a test sees it", (code) => {
    const thrown = new RegExp(`[(,:?]\\s*"${code}"`);
    expect(SOURCES.some(({ path, text }) => path.startsWith("pipeline/") && thrown.test(text))).toBe(true);
    expect(TESTS.filter(({ text }) => text.includes(code)).length).toBeGreaterThan(0);
  });

  it("sorts by code unit, never by the machine's language", () => {
    expect(found(SOURCES, /localeCompare|toLocale|Intl\./)).toEqual([]);
  });

  it("asks the clock in its doors and engines only", () => {
    const pure = SOURCES.filter(({ path }) => !/^pipeline\/(cli|src|execute)\//.test(path));
    expect(found(pure, /Date\.now\(|new Date\(\)|performance\.now\(/)).toEqual([]);
  });

  it("asks the environment and chance in its doors and engines only", () => {
    const pure = SOURCES.filter(({ path }) => !/^pipeline\/(cli|src|execute)\//.test(path));
    expect(found(pure, /process\.(env|argv|cwd)|Math\.random/)).toEqual([]);
  });
});

describe("what is published", () => {
  // In halves, so that this file passes its own test.
  const halves = (first: string, second: string) => `${first}${second}`;
  const machine = [halves("/wo", "rk/"), halves("/ro", "ot/"), halves("/tmp", "/w/")];
  const hosts = [
    halves("registry.npm", "js.org"),
    halves("pypi", ".org"),
    halves("files.python", "hosted.org"),
    halves("proxy.go", "lang.org"),
    halves("sum.go", "lang.org"),
    halves("index.cra", "tes.io"),
    halves("static.cra", "tes.io"),
    halves("repo1.mav", "en.org"),
  ];
  const texts = FILES.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") })).filter(
    ({ text }) => !text.includes("\0"),
  );

  it("holds no path of the machine it was made on", () => {
    expect(found(texts, new RegExp(`(?<![\\w.$}-])(${machine.map(escaped).join("|")})`))).toEqual([]);
  });

  it("holds no package registry's host name: caller and mirror say where packages come from", () => {
    expect(found(texts, new RegExp(hosts.map(escaped).join("|")))).toEqual([]);
  });
});

interface Source {
  readonly path: string;
  readonly text: string;
}

function sources(...folders: string[]): Source[] {
  return FILES.filter((path) => path.endsWith(".ts") && folders.some((folder) => path.startsWith(`${folder}/`))).map(
    (path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }),
  );
}

/** Every file that is the project's: what git tracks or would, or without git all but what is installed or built. */
function projectFiles(): string[] {
  if (existsSync(join(ROOT, ".git"))) {
    const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
    return [...new Set(list.toString("utf8").split("\0"))].filter(
      (path) => path !== "" && existsSync(join(ROOT, path)),
    );
  }
  return walk("").filter((path) => !path.endsWith(".log"));
}

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return /^(node_modules|out|coverage|sdk|__pycache__)$/.test(entry.name) ? [] : walk(path);
    return entry.isFile() ? [path] : [];
  });
}

function foldersIn(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function json(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

function linesOf(files: readonly Source[]): { path: string; line: number }[] {
  return files.map(({ path, text }) => ({ path, line: text.replace(/\n$/, "").split("\n").length }));
}

/** `path:line` of every match. */
function found(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    pattern.test(text)
      ? text.split("\n").flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []))
      : [],
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
