import type { Problem } from "../../../schemas/evidence.ts";
import type { Coverage, Finding } from "../../../schemas/finding.ts";
import type { HistorySummary } from "../../../schemas/history.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import { findingId } from "../../findings/finding-id.ts";
import { inventoryGaps, leftOutCounts, leftOutGaps } from "../../findings/left-out.ts";
import { HISTORY_CANARIES } from "../../tree/staged-history.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import { CANARY_RULES } from "./canary.ts";
import { historyGaps, historyParts, historyProblems, isScannable } from "./history-coverage.ts";
import type { SecretReport } from "./reader.ts";
import { bytesProblems } from "./scanned-bytes.ts";

/** Each place where a rule fired is a finding; each file of the inventory was read, or is named with the reason why not. */
export function judgeSecrets({ report, inventory, step }: JudgeInput<SecretReport>): Judgement {
  const ordinals = new Map<string, number>();
  const planned = step?.staging.history;
  const findings = report.secrets.map((secret): Finding => {
    // What the tree holds no longer is known by the commit that brought it.
    const where = secret.inName ? ["name"] : secret.commit === undefined ? [] : [secret.commit];
    const place = [...where, secret.ruleId, secret.path];
    const ordinal = (ordinals.get(place.join("\n")) ?? 0) + 1;
    ordinals.set(place.join("\n"), ordinal);
    return {
      id: findingId("secret", ...place, String(ordinal)),
      kind: "secret_scan",
      class: "secret",
      rule: "secret",
      ruleId: secret.ruleId,
      severity: "high",
      title: `${secret.description.replace(/\.$/, "")}${secret.inName ? " (in the name of the file or of a folder above it)" : ""}`,
      locations: locationsOf(secret),
      ...detailOf(secret),
      next:
        secret.commit === undefined
          ? "revoke the secret where it was issued, then take it out of the file (and out of the history)"
          : "revoke the secret where it was issued: whoever has the repository has it; then rewrite the history without it",
    };
  });
  return {
    findings,
    coverage: coverageOf(report, inventory, planned),
    problems: [
      ...foreignProblems(report, inventory),
      ...bytesProblems(report, inventory, step),
      ...historyProblems(report, planned),
    ],
    canaries: {
      expected: [...CANARY_RULES, ...(isScannable(planned) ? HISTORY_CANARIES : [])].sort(),
      found: report.canaries,
    },
  };
}

/** Where it stands in the tree, and the commit that brought it first. */
function locationsOf({
  path,
  commit,
  history,
  inName,
  ...region
}: SecretReport["secrets"][number]): Finding["locations"] {
  if (inName) return [{ path }];
  const { startLine, startColumn, endLine, endColumn } = region;
  const inTree = commit === undefined ? [{ path, startLine, startColumn, endLine, endColumn }] : [];
  const inHistory = (history ?? []).slice(0, 1).map(({ oid: _, ...place }) => ({ path, ...place }));
  return [...inTree, ...inHistory];
}

function detailOf({ history, commit }: SecretReport["secrets"][number]): { detail?: string } {
  if (history === undefined) return {};
  const commits = new Set(history.map((place) => place.commit)).size;
  const whether = commit === undefined ? "" : "no longer in the tree, ";
  return { detail: `${whether}brought by ${commits === 1 ? "one commit" : `${commits} commits`}` };
}

/** A finding in a file that is not there: then it may be missing where it belongs. */
function foreignProblems({ secrets }: SecretReport, inventory: Inventory): Problem[] {
  const known = new Set([...inventory.files, ...inventory.leftOut].map(({ path }) => path));
  if (secrets.some(({ inName }) => inName)) for (const path of [...known]) addFolders(path, known);
  const foreign = secrets.filter(({ path, commit }) => commit === undefined && !known.has(path));
  if (foreign.length === 0) return [];
  const message = `gitleaks report: ${foreign.length} findings in files that the inventory does not name`;
  return [{ code: "report-invalid", message }];
}

function addFolders(path: string, known: Set<string>): void {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) known.add(path.slice(0, end));
}

function coverageOf(report: SecretReport, inventory: Inventory, planned: HistorySummary | undefined): Coverage {
  const binary = inventory.files.filter(({ encoding }) => encoding === "binary");
  return {
    kind: "secret_scan",
    parts: [
      {
        unit: "files",
        expected: inventory.files.length + leftOutGaps(inventory).length,
        seen: inventory.files.length - binary.length,
        leftOut: leftOutCounts(inventory, [{ reason: "binary", paths: binary.map(({ path }) => path) }]),
      },
      ...historyParts(report, planned),
    ],
    gaps: [...inventoryGaps(inventory), ...historyGaps(report, inventory, planned)],
  };
}
