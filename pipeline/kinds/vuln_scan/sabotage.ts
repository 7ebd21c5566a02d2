import { type Attack, type KindAttacks, type Loose, onJson, onText } from "../attack.ts";

const REPORT = "out/osv-scanner.json";
const CANARY_SOURCE = /\/config\/canary\.[^/]*\.json$/;
const OWN_SOURCE = /\/config\/own\.[^/]*\.json$/;

/** Edits the sources whose path is, or is not, one of ours. */
const sources = (which: (path: string) => boolean, edit: (source: Loose) => void) =>
  onJson(REPORT, ({ results }) => {
    for (const entry of results ?? []) if (which(String(entry["source"]?.["path"]))) edit(entry);
  });
const isCanary = (path: string) => CANARY_SOURCE.test(path);
const isReal = (path: string) => !isCanary(path);

/** Edits the packages of those sources. */
const packages = (which: (path: string) => boolean, edit: (entry: Loose) => void) =>
  sources(which, (source) => {
    for (const entry of source["packages"] ?? []) edit(entry);
  });

/** Edits every record of the tree's packages. */
const records = (edit: (record: Loose) => void, which = isReal) =>
  packages(which, (entry) => {
    for (const record of entry["vulnerabilities"] ?? []) edit(record);
  });

/** Gives every package of a source other words. */
const named = (which: (path: string) => boolean, more: Readonly<Record<string, unknown>>) =>
  packages(which, ({ package: subject }) => void Object.assign(subject ?? {}, more));

const isNotFirst = () => {
  let seen = false;
  return (path: string) => {
    if (isCanary(path) || seen) return false;
    seen = true;
    return true;
  };
};
/** The first real source alone: the other one that names the same package still says otherwise. */
const inOneSource = (edit: (entry: Loose) => void): Attack["change"] => {
  return (left) => packages(isNotFirst(), edit)(left);
};

const silence = (entry: Loose) => {
  delete entry["vulnerabilities"];
  delete entry["groups"];
};

const CANARIES: readonly Attack[] = [
  { group: "canary", name: "no records at the canaries", change: packages(isCanary, silence) },
  ...["version", "range"].map((way) => ({
    group: "canary",
    name: `no record at the canary by ${way}`,
    change: packages(isCanary, (entry) => {
      if (String(entry["package"]?.["name"]).endsWith(way)) silence(entry);
    }),
  })),
  { group: "canary", name: "canaries at another version", change: named(isCanary, { version: "0.3.0" }) },
  { group: "canary", name: "canaries under another name", change: named(isCanary, { name: "other" }) },
  { group: "canary", name: "canaries of another ecosystem", change: named(isCanary, { ecosystem: "Hex" }) },
  {
    group: "canary",
    name: "canaries with another record's id",
    change: onText(REPORT, (text) => text.replaceAll("SUPPLY-GATE-CANARY-", "OTHER-")),
  },
  {
    group: "canary",
    name: "no source of canaries",
    change: onJson(REPORT, ({ results }) => {
      const kept = (results ?? []).filter((entry) => !isCanary(String(entry["source"]?.["path"])));
      results?.splice(0, results.length, ...kept);
    }),
  },
  {
    group: "canary",
    name: "canaries alone",
    change: onJson(REPORT, ({ results }) => {
      const kept = (results ?? []).filter((entry) => isCanary(String(entry["source"]?.["path"])));
      results?.splice(0, results.length, ...kept);
    }),
  },
];

const WEAK = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:L";
const LIE =
  "a scanner that finds the canaries and keeps other advisories to itself lies; only a second matcher would tell";

const lower = (record: Loose) => {
  const affected = record["affected"] ?? [];
  for (const owner of [record, ...affected]) {
    for (const severity of owner["severity"] ?? []) Object.assign(severity, { type: "CVSS_V3", score: WEAK });
  }
  if (record["database_specific"]?.["severity"] !== undefined) {
    Object.assign(record["database_specific"], { severity: "LOW" });
  }
};

const FINDINGS: readonly Attack[] = [
  { group: "finding dropped", name: "no records in one source", change: inOneSource(silence) },
  {
    group: "finding dropped",
    name: "records without their groups",
    change: packages(isReal, (entry) => void delete entry["groups"]),
  },
  {
    group: "finding dropped",
    name: "groups without their records",
    change: packages(isReal, (entry) => void delete entry["vulnerabilities"]),
  },
  { group: "finding dropped", name: "no records in any source", change: packages(isReal, silence), unnoticed: LIE },
  {
    group: "severity lowered",
    name: "another vector in one source",
    change: inOneSource((entry) => (entry["vulnerabilities"] ?? []).forEach(lower)),
  },
  {
    group: "severity lowered",
    name: "highest score of the groups",
    change: packages(isReal, (entry) => {
      for (const group of entry["groups"] ?? []) Object.assign(group, { max_severity: "0.1" });
    }),
  },
  { group: "severity lowered", name: "another vector everywhere", change: records(lower) },
  {
    group: "version swapped",
    name: "every package at another version in one source",
    change: inOneSource(({ package: subject }) => void Object.assign(subject ?? {}, { version: "99.0.0" })),
  },
  { group: "version swapped", name: "every package at another version", change: named(isReal, { version: "99.0.0" }) },
  { group: "version swapped", name: "every package under another name", change: named(isReal, { name: "other" }) },
  { group: "version swapped", name: "every package of another ecosystem", change: named(isReal, { ecosystem: "Hex" }) },
  { group: "version swapped", name: "every package of no ecosystem", change: named(isReal, { ecosystem: "Nowhere" }) },
];

const set = (more: Readonly<Record<string, unknown>>) => (record: Loose) => void Object.assign(record, more);
const setAffected = (more: Readonly<Record<string, unknown>>) => (record: Loose) => {
  for (const affected of record["affected"] ?? []) Object.assign(affected, more);
};

const UNTRUTHS: Readonly<Record<string, (record: Loose) => void>> = {
  "an informational one": setAffected({ database_specific: { informational: "notice" } }),
  "of a low severity, by a word": set({ database_specific: { severity: "LOW" } }),
  "of a low severity, for this package": setAffected({ severity: [{ type: "CVSS_V3", score: WEAK }] }),
  "of no package": (record) => void delete record["affected"],
  "of another package": setAffected({ package: { name: "other", ecosystem: "npm" } }),
  "fixed by an older version": setAffected({ ranges: [{ type: "SEMVER", events: [{ fixed: "0.0.1" }] }] }),
  withdrawn: set({ withdrawn: "2026-01-01T00:00:00Z" }),
  "known by another name": set({ aliases: ["CVE-2026-99999"] }),
  "with another summary": set({ summary: "nothing to see here" }),
};

const invented = (entry: Loose) => {
  const id = "GHSA-2222-3333-4444";
  const { vulnerabilities = [], groups = [] } = entry as { vulnerabilities?: unknown[]; groups?: unknown[] };
  Object.assign(entry, {
    vulnerabilities: [...vulnerabilities, { id }],
    groups: [...groups, { ids: [id], aliases: [id], max_severity: "" }],
  });
};

/** The same untruth in every place: what an advisory says stands in the snapshot. */
const WORDS: readonly Attack[] = [
  ...Object.entries(UNTRUTHS).flatMap(([what, edit]) => [
    { group: "advisory changed", name: `every record ${what}`, change: records(edit) },
    { group: "advisory changed", name: `every canary's record ${what}`, change: records(edit, isCanary) },
  ]),
  { group: "advisory changed", name: "a record that nobody wrote", change: packages(isReal, invented) },
  { group: "advisory changed", name: "a canary's record that nobody wrote", change: packages(isCanary, invented) },
];

const LOG = "which file it opened counts for nothing: what it found there stands in the report";
const OTHER_READING =
  "every package that our own readers see is looked up by our own list; what osv-scanner alone would read in a lockfile is known from it alone";

const SOURCES: readonly Attack[] = [
  ...(
    [
      ["without our own lists", (path: string) => !OWN_SOURCE.test(path)],
      ["without the lockfiles", (path: string) => isCanary(path) || OWN_SOURCE.test(path)],
    ] as const
  ).map(([name, keeps]) => ({
    group: "source dropped",
    name: `report ${name}`,
    ...(name === "without the lockfiles" ? { unnoticed: OTHER_READING } : {}),
    change: onJson(REPORT, ({ results }) => {
      const kept = (results ?? []).filter((entry) => keeps(String(entry["source"]?.["path"])));
      results?.splice(0, results.length, ...kept);
    }),
  })),
  {
    group: "source changed",
    name: "a source that was never given",
    change: sources(isReal, ({ source }) => void Object.assign(source ?? {}, { path: "/etc/package-lock.json" })),
  },
  {
    group: "database line",
    name: "another database loaded",
    change: onText("stderr", (text) => text.replaceAll(/^Loaded \S+ local/gm, "Loaded Hex local")),
  },
];

/** How osv-scanner's evidence can be falsified. */
export const vulnScanAttacks: KindAttacks = {
  kind: "vuln_scan",
  attacks: [...CANARIES, ...FINDINGS, ...WORDS, ...SOURCES],
  errorLines: [
    "Error during extraction: (extracting as javascript/packagelockjson) scan/staged/a: unexpected end of JSON input",
    "could not load db for npm ecosystem: unable to fetch OSV database: no offline version of the OSV database is available",
    "all.zip/GHSA-1.json is not a valid JSON file: proto: unknown field",
    "Failed to parse the config file",
    "openAndExtractFromFile(scan/staged/a): permission denied",
    "panic: runtime error: invalid memory address",
    "Error: no such file",
  ],
  unread: [
    { attack: /experimental_config/, reason: "osv-scanner's own switches, none of which is on" },
    { attack: /groups\[\]\.aliases/, reason: "aliases are read where the record itself names them" },
    {
      attack:
        /vulnerabilities\[\]\.(?:schema_version|details|related|upstream|credits|affected\[\]\.(?:versions|ecosystem_specific|package\.purl))/,
      reason: "osv-scanner copies them out of the database; no decision and no report has them",
    },
    { attack: /stderr without line \d+: (?:Starting|Scanned|End status|Filtered)/, reason: LOG },
  ],
  unnoticed: [
    {
      attack: /results(?:\[\]\.packages)?: (?:first|last|list).*/,
      reason: OTHER_READING,
    },
  ],
};
