import { type Attack, type KindAttacks, type Loose, onJson, onText } from "../attack.ts";
import { CANARY_FILE, CANARY_RULES } from "./canary.ts";

const REPORT = "out/gitleaks.json";
const CANARY = `config/${CANARY_FILE}`;

const isCanary = ({ File }: Loose) => File === CANARY;
const isOfTree = ({ File }: Loose) => /^(tree|staged)\//.test(String(File));

/** Takes entries out of the report. */
const without = (drops: (entry: Loose, index: number) => boolean) =>
  onJson(REPORT, (entries) => {
    const kept = entries.filter((entry, index) => !drops(entry, index));
    entries.splice(0, entries.length, ...kept);
  });

/** Changes entries of the report. */
const each = (edits: (entry: Loose) => boolean, more: Readonly<Record<string, unknown>>) =>
  onJson(REPORT, (entries) => {
    for (const entry of entries.filter(edits)) Object.assign(entry, more);
  });

const CANARIES: readonly Attack[] = [
  { group: "canary", name: "report without the canaries", change: without(isCanary) },
  ...CANARY_RULES.map((rule) => ({
    group: "canary",
    name: `report without what ${rule} finds in the canary`,
    change: without((entry) => isCanary(entry) && entry["RuleID"] === rule),
  })),
  ...CANARY_RULES.map((rule) => ({
    group: "canary",
    name: `canary found by another rule than ${rule}`,
    change: onJson(REPORT, (entries) => {
      for (const entry of entries)
        if (isCanary(entry) && entry["RuleID"] === rule) Object.assign(entry, { RuleID: "x" });
    }),
  })),
  { group: "canary", name: "canary in our rules", change: each(isCanary, { File: "config/gitleaks.toml" }) },
  { group: "canary", name: "canary in the tree", change: each(isCanary, { File: "tree/canary.txt" }) },
  { group: "canary", name: "canary alone", change: without((entry) => !isCanary(entry)) },
];

const FINDINGS: readonly Attack[] = [
  ...[0, 1, 2].map((index) => ({
    group: "finding dropped",
    name: `report without its finding ${index + 1} in the tree`,
    change: onJson(REPORT, (entries) => {
      const found = entries.filter(isOfTree)[index];
      if (found !== undefined) entries.splice(entries.indexOf(found), 1);
    }),
  })),
  { group: "finding dropped", name: "report without any finding in the tree", change: without(isOfTree) },
  {
    group: "finding dropped",
    name: "one finding dropped from the report and from the count on stderr",
    change: (left) => {
      const dropped = onJson(REPORT, (entries) => {
        const found = entries.find(isOfTree);
        if (found !== undefined) entries.splice(entries.indexOf(found), 1);
      })(left);
      if (dropped === left) return left;
      return onText("stderr", (text) => text.replace(/leaks found: (\d+)/, (_, n) => `leaks found: ${Number(n) - 1}`))(
        dropped,
      );
    },
    unnoticed:
      "a scanner that finds the canaries and keeps one finding to itself everywhere lies; only a second scanner would tell",
  },
  {
    group: "finding changed",
    name: "findings by another rule",
    change: each(isOfTree, { RuleID: "generic-api-key-x" }),
  },
  { group: "finding changed", name: "findings in another file", change: each(isOfTree, { File: "tree/nothing" }) },
  { group: "finding changed", name: "findings outside", change: each(isOfTree, { File: "/etc/passwd" }) },
  { group: "finding changed", name: "findings in our rules", change: each(isOfTree, { File: "config/gitleaks.toml" }) },
  { group: "finding changed", name: "findings on another line", change: each(isOfTree, { StartLine: 90_000 }) },
  { group: "finding changed", name: "findings all in one place", change: each(isOfTree, { StartLine: 1, EndLine: 1 }) },
  { group: "finding changed", name: "secrets in plain text", change: each(isOfTree, { Secret: "in plain text" }) },
];

/** How gitleaks' evidence can be falsified. */
export const secretScanAttacks: KindAttacks = {
  kind: "secret_scan",
  attacks: [
    ...CANARIES,
    ...FINDINGS,
    {
      group: "stderr changed",
      name: "another count of findings on stderr",
      change: onText("stderr", (text) => text.replace(/leaks found: \d+/, "leaks found: 1")),
    },
  ],
  errorLines: [
    '0:00AM ERR failed to scan file error="open tree/a: permission denied"',
    "0:00AM FTL could not load the rules",
    "0:00AM WRN skipping file: too large max_size=1",
    "0:00AM WRN skipping directory: permission denied path=tree/b",
    "0:00AM WRN partial scan completed in 1s",
    "0:00AM WRN unable to read archive",
    "0:00AM WRN could not open file",
    "0:00AM WRN failed to scan symlink",
  ],
  unread: [{ attack: /\.Tags: (?:first|last|list)/, reason: "how a match was decoded counts for nothing" }],
  unnoticed: [],
};
