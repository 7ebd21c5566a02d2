import type { Finding } from "../../schemas/finding.ts";
import type { Opinions } from "../../schemas/opinion.ts";
import { findingId } from "../findings/finding-id.ts";
import { nameOfPurl } from "../findings/purl.ts";
import { canonicalId } from "../kinds/vuln_scan/alias-groups.ts";
import { type Fitting, fitting, type JudgedTree, purlsOf } from "./fit.ts";
import { type Heard, opinionsOf, SILENT } from "./heard.ts";
import { sameThings } from "./same-thing.ts";
import { type Stated, worst } from "./severity.ts";

/** Findings with what others say about them, and for each opinion one line on how far it agrees. */
export interface Merged {
  readonly findings: Finding[];
  readonly notes: string[];
}

interface Thing {
  readonly purl: string;
  readonly ids: readonly string[];
  readonly finding?: Finding;
  readonly heard?: Heard;
}

/**
 * Merges second opinions into the findings of osv-scanner. Whoever speaks of one thing (ids connected by aliases, on one purl) is listed in
 * one finding; what only an opinion sees becomes a finding of its own, with the id that osv-scanner's would have. A severity is never lowered,
 * no finding of osv-scanner goes, and none gets an alias from an opinion: a waiver of that name would cover it. Called for a complete
 * `vuln_scan` only: else nobody knows what osv-scanner does not report.
 * @throws GateError USAGE_INVALID for an opinion that does not fit the tree
 */
export function mergeOpinions(findings: readonly Finding[], opinions: readonly Opinions[], tree: JudgedTree): Merged {
  const asked = fitting(opinions, tree);
  const groups = sameThings([
    ...findings.flatMap((finding) => thingOf(finding, asked)),
    ...asked.flatMap((opinion) => opinion.items.map((item) => heardThing({ opinion, item }))),
  ]);
  const merged = new Map<Finding, Finding>();
  const added: Finding[] = [];
  for (const group of groups) {
    const heard = group.flatMap((thing) => thing.heard ?? []);
    const own = group.flatMap((thing) => thing.finding ?? []);
    for (const finding of own) merged.set(finding, withOpinions(finding, heard, asked));
    if (own.length === 0) added.push(newFinding(group, heard, asked, tree));
  }
  const all = [...findings.map((finding) => merged.get(finding) ?? finding), ...added];
  return { findings: all, notes: asked.map((opinion) => noteOf(opinion, all)) };
}

/** A finding on which somebody was asked. */
function thingOf(finding: Finding, asked: readonly Fitting[]): Thing[] {
  const { purl, ruleId, aliases = [] } = finding;
  if (finding.kind !== "vuln_scan" || purl === undefined) return [];
  return asked.some(({ covered }) => covered.has(purl)) ? [{ purl, ids: [ruleId, ...aliases], finding }] : [];
}

function heardThing(heard: Heard): Thing {
  const { id, aliases, purl } = heard.item;
  return { purl, ids: [id, ...aliases], heard };
}

function withOpinions(finding: Finding, heard: readonly Heard[], asked: readonly Fitting[]): Finding {
  const { purl = "", ruleId } = finding;
  const opinions = opinionsOf(ruleId, purl, finding, heard, asked);
  if (finding.class === "informational" && heard.some(({ item }) => item.class === "vulnerability")) {
    const rated = ratingOf(UNSTATED, heard);
    const id = findingId("vulnerability", ruleId, purl);
    return { ...finding, id, class: "vulnerability", rule: `vulnerability.${rated.severity}`, ...rated, opinions };
  }
  if (finding.class === "informational") return { ...finding, opinions };
  const rated = ratingOf({ severity: finding.severity, source: finding.severitySource ?? "none" }, heard);
  const rule = finding.class === "vulnerability" ? `vulnerability.${rated.severity}` : finding.rule;
  return { ...finding, rule, ...rated, opinions };
}

/** What nobody rates is unknown. */
function ratingOf(own: Stated, heard: readonly Heard[]): Required<Pick<Finding, "severity" | "severitySource">> {
  const stated = heard.filter(({ item }) => item.class === "vulnerability").map(statedBy);
  const { severity, source } = worst(own, stated);
  return { severity: source === "none" ? "unknown" : severity, severitySource: source };
}

function newFinding(
  group: readonly Thing[],
  heard: readonly Heard[],
  asked: readonly Fitting[],
  { lockfiles }: JudgedTree,
): Finding {
  const [first] = heard as [Heard, ...Heard[]];
  const { purl } = first.item;
  const { ecosystem } = first.opinion;
  const ids = [...new Set(group.flatMap((thing) => thing.ids))].sort();
  const canonical = canonicalId([{ id: first.item.id, aliases: ids }]);
  const isNote = heard.every(({ item }) => item.class === "informational");
  const findingClass = isNote ? "informational" : "vulnerability";
  const rated = isNote ? ({ severity: "none", severitySource: "none" } as const) : ratingOf(UNSTATED, heard);
  const places = lockfiles.filter((lockfile) => purlsOf(lockfile, ecosystem).includes(purl));
  const isRuntime = places.some((lockfile) => purlsOf(runtimeOf(lockfile), ecosystem).includes(purl));
  return {
    id: findingId(findingClass, canonical, purl),
    kind: "vuln_scan",
    class: findingClass,
    rule: isNote ? "informational" : `vulnerability.${rated.severity}`,
    ruleId: canonical,
    ...rated,
    title: first.item.title === "" ? canonical : first.item.title,
    locations: places.map(({ path }) => ({ path })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    purl,
    scope: isRuntime ? "runtime" : "development",
    aliases: ids,
    opinions: opinionsOf(canonical, purl, null, heard, asked),
    references: ids.map((id) => `https://osv.dev/vulnerability/${id}`),
    next: `update ${nameIn(purl)} (${first.opinion.source}: ${first.item.detail}), or replace it`,
  };
}

/** Below everything that is stated. */
const UNSTATED: Stated = { severity: "none", source: "none" };

function statedBy({ opinion, item }: Heard): Stated {
  const { severity, severitySource } = item;
  return { severity, source: severitySource === "none" ? "none" : `${opinion.source}: ${severitySource}` };
}

function runtimeOf(lockfile: JudgedTree["lockfiles"][number]): JudgedTree["lockfiles"][number] {
  return { ...lockfile, packages: lockfile.packages.filter(({ dev }) => !dev) };
}

function nameIn(purl: string): string {
  const [, type = "", path = ""] = /^pkg:([^/]+)\/(.*)@[^@]*$/.exec(purl) ?? [];
  const at = path.lastIndexOf("/");
  return nameOfPurl(type, decodeURIComponent(path.slice(0, Math.max(at, 0))), decodeURIComponent(path.slice(at + 1)));
}

function noteOf({ source, version, lockfile, covered }: Fitting, findings: readonly Finding[]): string {
  const about = findings.filter(({ purl, opinions }) => purl !== undefined && covered.has(purl) && opinions);
  const says = ({ opinions = [] }: Finding, who: string) =>
    opinions.filter((opinion) => opinion.source === who && opinion.detail !== SILENT);
  const own = about.filter((finding) => says(finding, "osv-scanner").length > 0);
  const both = own.filter((finding) => says(finding, source).length > 0);
  const alone = about.filter(
    (finding) => says(finding, "osv-scanner").length === 0 && says(finding, source).length > 0,
  );
  const differ = both.filter((finding) =>
    says(finding, source).some(({ severity }) => severity !== says(finding, "osv-scanner")[0]?.severity),
  );
  const counts = `${both.length} of osv-scanner's ${own.length} findings too, ${alone.length} more`;
  return `${source} ${version} on ${lockfile}: ${counts}; another severity for ${differ.length}`;
}
