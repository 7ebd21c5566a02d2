import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { ROOT } from "../../support/shared-data.ts";

/** A requirement of the protocol's sections A to H; `why` says why it does not apply here, `but` why a part of it does not. */
const Requirement = z.strictObject({
  id: z.string().regex(/^[A-H]-\d\d$/),
  words: z.string().min(1),
  why: z.string().min(1).optional(),
  but: z.string().min(1).optional(),
});
export type Requirement = z.infer<typeof Requirement>;

/** Every [MUST], [PKT] and [DERIV], one a line. */
export const REQUIREMENTS: readonly Requirement[] = readFileSync(join(import.meta.dirname, "ids.jsonl"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => Requirement.parse(JSON.parse(line)));

/** A test whose name begins with ids. */
export interface Shown {
  readonly file: string;
  readonly title: string;
}

/** The tests that name each id before the colon of their names (or of the row that they are made of), by id. */
export function shownBy(): ReadonlyMap<string, readonly Shown[]> {
  const shown = new Map<string, Shown[]>();
  for (const file of testFiles("test"))
    for (const title of namesIn(file))
      for (const id of idsOf(title)) shown.set(id, [...(shown.get(id) ?? []), { file, title }]);
  return shown;
}

/** `docs/reference/protocol.md`: a list, since a table of titles would be too wide to read. */
export function toReference(
  requirements: readonly Requirement[],
  shown: ReadonlyMap<string, readonly Shown[]>,
): string {
  const items = requirements.map(({ id, words, why, but }) => {
    const tests = (shown.get(id) ?? []).map(
      ({ file, title }) => `  - \`${file}\`: \`${title.replaceAll("`", "'")}\`\n`,
    );
    const part = but === undefined ? "" : `  - in part only: ${but}\n`;
    return `- \`${id}\` ${words}\n${why === undefined ? tests.join("") : `  - does not apply: ${why}\n`}${part}`;
  });
  return `${HEAD}${items.join("")}`;
}

const HEAD = `# What of the protocol is shown by which test

Each requirement of sections A to H that is marked MUST, PKT or DERIV, with the tests that show it, and why it does not apply to this gate,
or not in full.
Made from \`test/protocol/ids/ids.jsonl\` and the names of the tests (\`npx vitest run test/protocol/ids -u\`).

`;

function idsOf(title: string): string[] {
  const [, before] = /^((?:[A-Z]+(?:-[A-Z]+)*-[\w.]+ )*[A-Z]+(?:-[A-Z]+)*-[\w.]+):/.exec(title) ?? [];
  return (before ?? "").split(" ").filter((id) => /^[A-H]-\d\d$/.test(id));
}

function testFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .sort()
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      if (statSync(join(ROOT, path)).isDirectory()) return testFiles(path);
      return name.endsWith(".test.ts") ? [path] : [];
    });
}

/** Titles of tests and groups, and the texts of the tables that they are made of; nothing out of their bodies. */
function namesIn(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest);
  const names: string[] = [];
  const inTest = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) names.push(node.text);
    else if (ts.isTemplateExpression(node)) names.push(`${node.head.text}…`);
    else if (!ts.isFunctionLike(node)) ts.forEachChild(node, inTest);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) node.arguments.forEach(inTest);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** `it`, `it.each(…)`, `it.each`, `describe.skipIf(…)`: what is always skipped shows nothing. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ["it", "test", "describe"].includes(callee.text);
  if (ts.isPropertyAccessExpression(callee))
    return !/^(skip|todo)$/.test(callee.name.text) && isTest(callee.expression);
  return ts.isCallExpression(callee) && isTest(callee.expression);
}
