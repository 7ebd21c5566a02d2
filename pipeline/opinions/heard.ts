import type { Finding, FindingOpinion } from "../../schemas/finding.ts";
import type { OpinionItem, OpinionSource } from "../../schemas/opinion.ts";
import type { Fitting } from "./fit.ts";

/** One item with the opinion that it is of. */
export interface Heard {
  readonly opinion: Fitting;
  readonly item: OpinionItem;
}

/** What is said of a source that was asked about the package and says nothing of this. */
export const SILENT = "does not report it";

/**
 * Who says what about one thing: osv-scanner first, then by source; who was asked and reports nothing stands there too.
 * @param own osv-scanner's finding before any opinion; null when it has none
 */
export function opinionsOf(
  id: string,
  purl: string,
  own: Finding | null,
  heard: readonly Heard[],
  asked: readonly Fitting[],
): FindingOpinion[] {
  const scanner: FindingOpinion =
    own === null
      ? { source: "osv-scanner", id, severity: "none", detail: SILENT }
      : { source: "osv-scanner", id: own.ruleId, severity: own.severity, detail: ownWords(own) };
  const reference = own === null ? null : scanner;
  const sources = [...new Set(asked.filter(({ covered }) => covered.has(purl)).map(({ source }) => source))].sort();
  return [scanner, ...sources.flatMap((source) => saidBy(source, id, heard, reference))];
}

function ownWords({ class: findingClass, severitySource = "none" }: Finding): string {
  if (findingClass === "informational") return "informational";
  return severitySource === "none" ? "states no severity" : severitySource;
}

function saidBy(
  source: OpinionSource,
  id: string,
  heard: readonly Heard[],
  reference: FindingOpinion | null,
): FindingOpinion[] {
  const items = new Map(heard.filter(({ opinion }) => opinion.source === source).map(({ item }) => [item.id, item]));
  if (items.size === 0) return [{ source, id, severity: "none", detail: SILENT }];
  return [...items.values()].map((item) => ({
    ...{ source, id: item.id, severity: item.severity },
    detail: [itemWords(item), item.detail, ...difference(item, reference)].join("; "),
  }));
}

function itemWords({ class: itemClass, severitySource }: OpinionItem): string {
  if (itemClass === "informational") return `informational: ${severitySource}`;
  return severitySource === "none" ? "states no severity" : severitySource;
}

function difference(item: OpinionItem, reference: FindingOpinion | null): string[] {
  if (reference === null) return ["osv-scanner does not report it"];
  return reference.severity === item.severity ? [] : [`osv-scanner says ${reference.severity}`];
}
