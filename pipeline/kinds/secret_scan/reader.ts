import { z } from "zod";
import { GateError } from "../../../schemas/error.ts";
import { GitleaksReport } from "../../../schemas/gitleaks.ts";
import { readJson } from "../../../schemas/read.ts";
import type { RawOutput } from "../kind.ts";
import { lineShiftOf } from "./staged-name.ts";

/** `evidence/secret_scan.json`: where which rule fired; nothing of what it found. Sorted, without duplicates. */
export const SecretReport = z.strictObject({
  secrets: z.array(
    z.strictObject({
      ruleId: z.string(),
      description: z.string(),
      path: z.string(),
      startLine: z.int().positive(),
      endLine: z.int().positive(),
      startColumn: z.int().positive(),
      endColumn: z.int().positive(),
    }),
  ),
});
export type SecretReport = z.infer<typeof SecretReport>;
type Secret = SecretReport["secrets"][number];

/**
 * gitleaks' report to places. Order is random there, and a rule on the name alone fires once per 100 kB: sorted and deduplicated here.
 * The staged rules are the canary: they lie beside the tree, one of them finds a text in its own file, and a report without that is none.
 * @throws GateError DOCUMENT_INVALID
 */
export function collectSecrets(raw: RawOutput): SecretReport {
  const found = readJson(GitleaksReport, raw.read("gitleaks.json"), "gitleaks report");
  if (!found.some(({ File }) => File === CANARY)) {
    throw new GateError("DOCUMENT_INVALID", `gitleaks report: found nothing in ${CANARY}, expected the canary`);
  }
  const secrets = found
    .filter(({ File }) => !File.startsWith("config/"))
    .map((entry): Secret => {
      const { path, lineShift } = sourceOf(entry.File, raw.names);
      const startLine = Math.max(1, entry.StartLine - lineShift);
      return {
        ruleId: entry.RuleID,
        description: entry.Description,
        path,
        startLine,
        endLine: Math.max(startLine, entry.EndLine - lineShift),
        startColumn: columnOf(entry.StartLine, entry.StartColumn),
        endColumn: columnOf(entry.EndLine, entry.EndColumn),
      };
    });
  return { secrets: distinct(secrets) };
}

const CANARY = "config/gitleaks.toml";

/** The tool's path to the source's: `tree/a/b` in place, `staged/000001/b` by the plan's map. */
function sourceOf(file: string, names: RawOutput["names"]): { path: string; lineShift: number } {
  if (file.startsWith("tree/")) return { path: file.slice("tree/".length), lineShift: 0 };
  const source = names[file];
  if (source === undefined) {
    throw new GateError("DOCUMENT_INVALID", "gitleaks report: a finding in a file that was never staged");
  }
  return { path: source, lineShift: lineShiftOf(file) };
}

/** gitleaks counts columns on all lines but the first from the line feed before them, one too many. */
function columnOf(line: number, column: number): number {
  return Math.max(1, line > 1 ? column - 1 : column);
}

function distinct(secrets: Secret[]): Secret[] {
  const byKey = new Map(secrets.map((secret) => [JSON.stringify(keyOf(secret)), secret]));
  return [...byKey.values()].sort((a, b) => compare(keyOf(a), keyOf(b)));
}

function keyOf(secret: Secret): readonly (string | number)[] {
  return [secret.path, secret.startLine, secret.startColumn, secret.endLine, secret.endColumn, secret.ruleId];
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as string | number;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
