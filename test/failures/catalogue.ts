import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { z } from "zod";
import { ROOT } from "../support/shared-data.ts";

/** One documented failure: what went wrong elsewhere, what keeps it from happening here, which test shows it. */
const Failure = z.strictObject({
  id: z.string().regex(/^(SC-[\w.]+|J-\d\d)$/),
  source: z.string(),
  /** Words of the source that the entry answers for; a line of the protocol is named by the id itself. */
  marks: z.string().optional(),
  went: z.string(),
  defence: z.string(),
  file: z.string(),
  test: z.string(),
  title: z.string(),
});
export type Failure = z.infer<typeof Failure>;

/** Every entry of `failures.jsonl`, one a line, in its order. */
export const FAILURES: readonly Failure[] = readFileSync(join(import.meta.dirname, "failures.jsonl"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => Failure.parse(JSON.parse(line)));

/** `docs/reference/failures.md`: a list of all entries, in one form with what the formatter makes of it. */
export function toReference(failures: readonly Failure[]): string {
  const items = failures.map(
    ({ id, source, went, defence, file, test, title }) =>
      `- \`${id}\` (${source}): ${went}\n  - here: ${defence} (\`${file}\`)\n  - shown by \`${test}\`: \`${title}\`\n`,
  );
  return `${HEAD}${items.join("")}`;
}

const HEAD = `# Documented failures

Ways in which scanners, gates and the reference implementation passed without having looked, leaked, or hung; each with what keeps it from
happening here and the test that goes red without it. Made from \`test/failures/failures.jsonl\` (\`npx vitest run test/failures/listed.test.ts -u\`).
\`SC-\` are of the notes on scanners (\`SC-S\`: seen on the real binaries), \`J-\` of the notes on the reference implementation.

`;

/** Titles of the tests and groups that a test file has, skipped ones left out. */
export function titlesIn(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `it(…)`, `it.each(…)(…)`, `it.skipIf(…)(…)`, `it.skipIf(…).each(…)(…)`; not `it.skip` and its like, which never run. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "it" || callee.text === "describe";
  if (ts.isCallExpression(callee)) return isTest(callee.expression);
  return (
    ts.isPropertyAccessExpression(callee) && /^(each|skipIf|runIf)$/.test(callee.name.text) && isTest(callee.expression)
  );
}
