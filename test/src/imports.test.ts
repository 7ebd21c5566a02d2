import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const SOURCES = readdirSync(join(ROOT, "pipeline/src"));

/** What the engine's bundle of the SDK exports beside the generated client: less than the npm package. */
const BUNDLE = [
  "Context",
  "argument",
  "check",
  "connect",
  "connection",
  "entrypoint",
  "enumType",
  "field",
  "func",
  "generate",
  "object",
];

/** Every import of a file: the module, and the names that exist at run time. */
function importsOf(path: string): { from: string; values: string[] }[] {
  const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022);
  return file.statements.filter(ts.isImportDeclaration).map(({ importClause, moduleSpecifier }) => {
    const from = (moduleSpecifier as ts.StringLiteral).text;
    const bindings = importClause?.namedBindings;
    const named = bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements : [];
    const values = named
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .map(({ name, propertyName }) => (propertyName ?? name).text);
    return { from, values: importClause?.isTypeOnly === true ? [] : values };
  });
}

describe("pipeline/src", () => {
  it("is two files, since every file there is run at each call", () => {
    expect(SOURCES.sort()).toEqual(["engine.ts", "index.ts"]);
  });

  it.each(SOURCES)("%s imports nothing that the engine does not have", (name) => {
    const client = read("node_modules/@dagger.io/dagger/dist/src/api/client.gen.js");
    for (const { from, values } of importsOf(`pipeline/src/${name}`)) {
      expect(from).toMatch(/^(node:[a-z/]+|\.\/engine\.ts|@dagger\.io\/dagger)$/);
      if (from !== "@dagger.io/dagger") continue;
      const generated = (value: string) =>
        client.includes(`export class ${value} `) || client.includes(`export const ${value} `);
      expect(values.filter((value) => !BUNDLE.includes(value) && !generated(value))).toEqual([]);
    }
  });
});

describe("the module's manifests", () => {
  const root = JSON.parse(read("package.json"));
  const own = JSON.parse(read("pipeline/package.json"));
  const module = JSON.parse(read("dagger.json"));

  it("name nothing that an install would have to bring", () => {
    expect(own.dependencies).toEqual({ typescript: root.devDependencies.typescript });
    expect(own.dependencies.typescript).toBe("5.9.3");
    expect(own.devDependencies).toBeUndefined();
  });

  it("name the engine that the SDK is made for", () => {
    expect(module.engineVersion).toBe(`v${root.dependencies["@dagger.io/dagger"]}`);
  });

  it("send the engine the sources of the module and what they read, and no other room", () => {
    const rooms = readdirSync(join(ROOT, "pipeline"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const sent = rooms.map(({ name }) => name).filter((name) => !module.include.includes(`!pipeline/${name}`));
    expect(sent.filter((name) => name !== "sdk" && name !== "node_modules").sort()).toEqual(["dist", "pins", "src"]);
  });
});
