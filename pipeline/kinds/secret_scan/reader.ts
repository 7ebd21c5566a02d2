import { z } from "zod";
import { GateError } from "../../../schemas/error.ts";
import { GitleaksReport } from "../../../schemas/gitleaks.ts";
import { HistoryPlace, HistoryScan, ObjectId } from "../../../schemas/history.ts";
import { readJson } from "../../../schemas/read.ts";
import type { Region } from "../../findings/matched-text.ts";
import { isLossyName } from "../../tree/lossy-name.ts";
import type { StagedHistory } from "../../tree/staged-history.ts";
import type { RawOutput } from "../kind.ts";
import { CANARY_FILE } from "./canary.ts";
import { cutFiles, foundInCutTexts } from "./cut-texts.ts";
import { type HistorySecret, historyScan, historySecrets, secretKey } from "./history.ts";
import { isNamesFile, nameAt } from "./path-names.ts";
import { lineShiftOf } from "./staged-name.ts";
import { statedBytes } from "./stated.ts";

/** `evidence/secret_scan.json`: where which rule fired; nothing of what it found. Sorted, without duplicates. */
export const SecretReport = z.strictObject({
  /** Rules that fired in our own file beside the tree. */
  canaries: z.array(z.string()),
  /** Bytes of text that it says it read, our own files included, those of the history not. */
  bytes: z.int().nonnegative(),
  secrets: z.array(
    z.strictObject({
      ruleId: z.string(),
      description: z.string(),
      path: z.string(),
      startLine: z.int().positive(),
      endLine: z.int().positive(),
      startColumn: z.int().positive(),
      endColumn: z.int().positive(),
      /** Set when it is part of the path itself; lines and columns say nothing then. */
      inName: z.literal(true).optional(),
      /** Set when the tree no longer holds it: the place is in the file as of this commit. */
      commit: ObjectId.optional(),
      /** Commits (or tags) that brought it, earliest first; set when the history was scanned and holds it. */
      history: z.array(HistoryPlace).optional(),
    }),
  ),
  history: HistoryScan.optional(),
});
export type SecretReport = z.infer<typeof SecretReport>;
type Secret = SecretReport["secrets"][number];

/**
 * gitleaks' report to places. Order is random there, and a rule on the name alone fires once per 100 kB: sorted and deduplicated here.
 * @throws GateError DOCUMENT_INVALID
 */
export function collectSecrets(raw: RawOutput): SecretReport {
  const found = readJson(GitleaksReport, raw.read("gitleaks.json"), "gitleaks report");
  const bytes = Math.max(0, statedBytes(raw.stderr, found.length) - namesBytes(raw));
  const secrets = inTree(
    found.filter(({ File }) => !File.startsWith("config/") && !File.startsWith("history/") && !isLossyName(File)),
    raw,
  );
  const canaries = found.filter(({ File }) => File === `config/${CANARY_FILE}`).map(({ RuleID }) => RuleID);
  const own = { canaries: [...new Set(canaries)].sort(), secrets: distinct([...secrets, ...inNames(found, raw)]) };
  return raw.history === undefined ? { ...own, bytes } : withHistory({ ...own, bytes }, found, raw.history);
}

/** Secrets in the tree's files. */
function inTree(entries: GitleaksReport, { names, copies = [] }: RawOutput): Secret[] {
  const { whole, cut } = foundInCutTexts(entries, cutFiles(copies));
  return [
    ...whole.map((entry) => {
      const { path, lineShift } = sourceOf(entry.File, names);
      return secretOf(entry, path, regionOf(entry, lineShift));
    }),
    ...cut.map(({ entry, region, text }) => secretOf(entry, text.path, withoutLines(region, text.lineShift))),
  ];
}

function secretOf({ RuleID, Description }: GitleaksReport[number], path: string, region: Region): Secret {
  return { ruleId: RuleID, description: Description, path, ...region };
}

/** A secret that is struck out of the names later changes their length, and must not change what was read of the tree. */
function namesBytes({ files = {} }: RawOutput): number {
  const sizes = Object.entries(files).map(([name, text]) => (isNamesFile(name) ? Buffer.byteLength(text) : 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Secrets that are part of a path. */
function inNames(found: GitleaksReport, { files = {} }: RawOutput): Secret[] {
  return found
    .filter(({ File }) => File.startsWith("config/") && isNamesFile(File.slice("config/".length)))
    .map(({ RuleID, Description, File, StartLine, EndLine, EndColumn }) => {
      const text = files[File.slice("config/".length)] ?? "";
      const path = nameAt(text, StartLine, columnOf(EndLine, EndColumn));
      if (path === undefined)
        throw new GateError("DOCUMENT_INVALID", "gitleaks report: a finding in a name of no file");
      return { ruleId: RuleID, description: Description, path, ...NO_REGION, inName: true };
    });
}

const NO_REGION = { startLine: 1, endLine: 1, startColumn: 1, endColumn: 1 };

/** Adds what the history holds: to a secret of the tree where it came from, and those that the tree holds no longer. */
function withHistory(
  own: SecretReport & { bytes: number },
  found: GitleaksReport,
  history: StagedHistory,
): SecretReport {
  const entries = found.filter(({ File }) => File.startsWith("history/"));
  const { secrets, canaries } = historySecrets(entries, history, (entry) => regionOf(entry, 0));
  const left = new Map(secrets.map((secret) => [secret.key, secret]));
  const inTree = own.secrets.map((secret): Secret => {
    const text = secret.inName ? undefined : history.readTree(secret.path);
    if (text === undefined) return secret;
    const past = left.get(secretKey(secret.ruleId, secret.path, text, secret));
    if (past === undefined) return secret;
    left.delete(past.key);
    return { ...secret, history: [...past.places] };
  });
  return {
    canaries: [...own.canaries, ...canaries].sort(),
    // How much of the history was staged depends on what is remembered: what is left is the tree's, and too little if a piece was not read.
    bytes: Math.max(0, own.bytes - history.bytes),
    secrets: distinct([...inTree, ...[...left.values()].map(pastSecret)]),
    history: historyScan(history),
  };
}

function pastSecret({ ruleId, description, path, places }: HistorySecret): Secret {
  const { oid: _, ...place } = places[0];
  return { ruleId, description, path, ...place, history: [...places] };
}

function regionOf(entry: GitleaksReport[number], lineShift: number): Region {
  const region = {
    startLine: entry.StartLine,
    endLine: entry.EndLine,
    startColumn: columnOf(entry.StartLine, entry.StartColumn),
    endColumn: columnOf(entry.EndLine, entry.EndColumn),
  };
  return withoutLines(region, lineShift);
}

function withoutLines({ startLine, endLine, ...columns }: Region, lineShift: number): Region {
  const first = Math.max(1, startLine - lineShift);
  return { startLine: first, endLine: Math.max(first, endLine - lineShift), ...columns };
}

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
  return [
    secret.path,
    secret.startLine,
    secret.startColumn,
    secret.endLine,
    secret.endColumn,
    secret.ruleId,
    secret.commit ?? "",
    secret.inName ? 1 : 0,
  ];
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] as string | number;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
