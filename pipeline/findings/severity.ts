import { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } from "ae-cvss-calculator";
import type { Severity } from "../../schemas/common.ts";
import type { OsvVulnerability } from "../../schemas/osv-scanner.ts";
import { packageKey } from "./package-key.ts";

/** A severity and which source gave it: a vector, a number, a word, the malware rule; `none` when no source knows any. */
export interface Rated {
  readonly severity: Severity;
  readonly source: string;
}

/**
 * The highest severity that any source gives for one alias group on one package: every valid vector in `severity` and in the package's own
 * `affected[].severity`, the scanner's `max_severity`, the word in `database_specific.severity`; `MAL-` ids are critical.
 *
 * A vector that can't be scored is `unknown` of its own, and `unknown` wins over anything below high: what can't be read may be worse.
 */
export function rate(
  records: readonly OsvVulnerability[],
  name: string,
  ecosystem: string,
  maxSeverities: readonly string[],
): Rated {
  const rated: Rated[] = [];
  for (const record of records) {
    if (isMalware(record)) rated.push({ severity: "critical", source: `${record.id}: malware` });
    for (const { type, score } of vectorsFor(record, name, ecosystem)) {
      rated.push({ severity: severityOfVector(score, type), source: `${record.id}: ${score}` });
    }
    const word = record.database_specific?.["severity"];
    if (typeof word === "string") rated.push({ severity: severityOfWord(word), source: `${record.id}: ${word}` });
  }
  for (const text of maxSeverities) {
    if (text !== "") rated.push({ severity: severityOfScore(Number(text)), source: `osv-scanner: ${text}` });
  }
  return rated.reduce<Rated>((best, next) => (RANK[next.severity] > RANK[best.severity] ? next : best), {
    severity: rated.length === 0 ? "unknown" : "none",
    source: rated.length === 0 ? "none" : (rated[0] as Rated).source,
  });
}

/** A record of the malicious-packages set. */
export function isMalware(record: OsvVulnerability): boolean {
  return [record.id, ...(record.aliases ?? [])].some((id) => id.startsWith("MAL-"));
}

const RANK = { none: 0, low: 1, medium: 2, unknown: 3, high: 4, critical: 5 } as const satisfies Record<
  Severity,
  number
>;

/** CVSS v3.1 section 5, for version 2 too (which has no critical of its own). */
export function severityOfScore(score: number): Severity {
  if (!(score >= 0 && score <= 10)) return "unknown";
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "none";
}

const WORDS: Readonly<Record<string, Severity>> = {
  LOW: "low",
  MODERATE: "medium",
  MEDIUM: "medium",
  HIGH: "high",
  CRITICAL: "critical",
  NEGLIGIBLE: "low",
};

function severityOfWord(word: string): Severity {
  return WORDS[word.toUpperCase()] ?? "unknown";
}

/** Vectors as the OSV schema writes them; the calculator scores garbage as 0, so nothing else may reach it. */
const VECTORS = [
  { pattern: /^CVSS:4\.0(\/[A-Z]{1,3}:[A-Za-z]+)+$/, score: (vector: string) => new Cvss4P0(vector) },
  { pattern: /^CVSS:3\.1(\/[A-Z]{1,3}:[A-Z])+$/, score: (vector: string) => new Cvss3P1(vector) },
  { pattern: /^CVSS:3\.0(\/[A-Z]{1,3}:[A-Z])+$/, score: (vector: string) => new Cvss3P0(vector) },
  { pattern: /^(AV:[LAN])(\/[A-Z][A-Za-z]?[A-Z]?:[A-Z]{1,3})+$/, score: (vector: string) => new Cvss2(vector) },
] as const;

/** Scores one vector string; `unknown` when it is not complete or not of a version that is known. */
export function severityOfVector(vector: string, type: string): Severity {
  if (type === "Ubuntu") return severityOfWord(vector);
  const metrics = vector.split("/").map((metric) => metric.split(":")[0]);
  if (new Set(metrics).size !== metrics.length) return "unknown";
  const known = VECTORS.find(({ pattern }) => pattern.test(vector));
  if (known === undefined) return "unknown";
  try {
    const calculator = known.score(vector);
    if (!calculator.isBaseFullyDefined()) return "unknown";
    const { base } = calculator.calculateScores() as { base?: number };
    return base === undefined ? "unknown" : severityOfScore(base);
  } catch {
    // The calculator throws on values that its version of the standard does not have.
    return "unknown";
  }
}

function vectorsFor(record: OsvVulnerability, name: string, ecosystem: string) {
  const affected = (record.affected ?? []).filter(
    ({ package: subject }) =>
      subject !== undefined &&
      subject.ecosystem.split(":")[0] === ecosystem &&
      packageKey(ecosystem, subject.name) === packageKey(ecosystem, name),
  );
  return [...(record.severity ?? []), ...affected.flatMap((entry) => entry.severity ?? [])];
}
