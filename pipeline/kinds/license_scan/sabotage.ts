import { type Attack, type KindAttacks, type Loose, onJson } from "../attack.ts";
import { CANARY_MATCHERS } from "./reader.ts";

const REPORT = "out/scancode.json";
const CANARY = "out/canary.json";

const canary = (more: Readonly<Record<string, unknown>>) => onJson(CANARY, (value) => void Object.assign(value, more));

const CANARIES: readonly Attack[] = [
  { group: "canary", name: "no licence in the canary", change: canary({ expression: null }) },
  { group: "canary", name: "another licence in the canary", change: canary({ expression: "MIT" }) },
  { group: "canary", name: "no matcher found the canary", change: canary({ matchers: [] }) },
  ...CANARY_MATCHERS.map((matcher) => ({
    group: "canary",
    name: `${matcher} did not find the canary`,
    change: canary({ matchers: CANARY_MATCHERS.filter((other) => other !== matcher) }),
  })),
];

const plainFiles = (document: Loose) => (document["files"] ?? []).filter(({ type }) => type === "file");
const files = (edit: (file: Loose) => void) =>
  onJson(REPORT, (document) => {
    for (const file of plainFiles(document)) edit(file);
  });
const recount = (document: Loose) =>
  void Object.assign(document["headers"]?.[0]?.["extra_data"] ?? {}, { files_count: plainFiles(document).length });

/** Takes a file out of the report, and out of its own count. */
const withoutFile = (index: number) =>
  onJson(REPORT, (document) => {
    const file = plainFiles(document).at(index);
    if (file === undefined) return;
    document["files"]?.splice(document["files"].indexOf(file), 1);
    recount(document);
  });

const LIE =
  "a scanner that reads every file, finds the canary and keeps a licence to itself lies; only a second one would tell";

const FINDINGS: readonly Attack[] = [
  // The first one may be hidden from scancode: a lockfile.
  ...[-1, -2].map((index) => ({
    group: "file dropped",
    name: `report without its ${index === -1 ? "last" : "last but one"} file`,
    change: withoutFile(index),
  })),
  {
    group: "file dropped",
    name: "report without any file",
    change: onJson(REPORT, (document) => {
      document["files"]?.splice(0);
      recount(document);
    }),
  },
  {
    group: "file dropped",
    name: "every file under another name",
    change: files((file) => void Object.assign(file, { path: `other/${String(file["path"])}` })),
  },
  {
    group: "finding dropped",
    name: "files without their detections",
    change: files((file) => file["license_detections"]?.splice(0)),
  },
  {
    group: "finding dropped",
    name: "files without their licence",
    change: files((file) => void Object.assign(file, { detected_license_expression_spdx: null })),
  },
  {
    group: "finding dropped",
    name: "files without licence and detections",
    change: files((file) => {
      file["license_detections"]?.splice(0);
      Object.assign(file, { detected_license_expression_spdx: null });
    }),
  },
  {
    group: "finding dropped",
    name: "files without licence and detections, and none counted",
    change: onJson(REPORT, (document) => {
      document["license_detections"]?.splice(0);
      for (const file of plainFiles(document)) {
        file["license_detections"]?.splice(0);
        Object.assign(file, { detected_license_expression_spdx: null });
      }
    }),
    unnoticed: LIE,
  },
  {
    group: "finding changed",
    name: "another licence for every file",
    change: files((file) => {
      if (file["detected_license_expression_spdx"] !== null) {
        Object.assign(file, { detected_license_expression_spdx: "MIT" });
      }
    }),
  },
  {
    group: "finding changed",
    name: "another licence in every detection",
    change: files((file) => {
      for (const detection of file["license_detections"] ?? []) {
        Object.assign(detection, { license_expression_spdx: "MIT" });
      }
    }),
  },
  {
    group: "finding changed",
    name: "another licence for every file and in every detection",
    change: files((file) => {
      if (file["detected_license_expression_spdx"] === null) return;
      Object.assign(file, { detected_license_expression_spdx: "MIT" });
      for (const detection of file["license_detections"] ?? []) {
        Object.assign(detection, { license_expression_spdx: "MIT" });
      }
    }),
  },
];

const header = (more: Readonly<Record<string, unknown>>) =>
  onJson(REPORT, ({ headers }) => void Object.assign(headers?.[0] ?? {}, more));
const option = (name: string, value: unknown) =>
  onJson(REPORT, ({ headers }) => void Object.assign(headers?.[0]?.["options"] ?? {}, { [name]: value }));

const TOOL: readonly Attack[] = [
  { group: "another report", name: "report by another tool", change: header({ tool_name: "licensee" }) },
  { group: "another report", name: "report in format 3", change: header({ output_format_version: "3.0.0" }) },
  { group: "options", name: "a scan without licences", change: option("--license", false) },
  { group: "options", name: "a scan with a time limit", change: option("--timeout", 120) },
  { group: "options", name: "a scan of another root", change: option("--strip-root", false) },
  {
    group: "errors",
    name: "an error in the last file",
    change: onJson(
      REPORT,
      (document) =>
        void plainFiles(document)
          .at(-1)
          ?.["scan_errors"]?.push("ERROR: timeout" as Loose),
    ),
  },
  {
    group: "errors",
    name: "an error of the whole scan",
    change: onJson(REPORT, ({ headers }) => void headers?.[0]?.["errors"]?.push("Path: a" as Loose)),
  },
  {
    group: "errors",
    name: "no errors any more",
    change: onJson(REPORT, (document) => {
      document["headers"]?.[0]?.["errors"]?.splice(0);
      for (const file of plainFiles(document)) file["scan_errors"]?.splice(0);
    }),
  },
];

const TWICE = "says in scancode's own words, or for its own use, what is read in those of SPDX";

/** How scancode's evidence can be falsified. */
export const licenseScanAttacks: KindAttacks = {
  kind: "license_scan",
  attacks: [...CANARIES, ...FINDINGS, ...TOOL],
  errorLines: [
    "Traceback (most recent call last):",
    "license scan: other files than were walked",
    "Rebuilding the license index",
    "ERROR: Processing interrupted: timeout after 120 seconds.",
    "Some files failed to scan properly:",
  ],
  unread: [
    { attack: /value\.license_detections\[\]\.(?:license_expression:|reference_matches)/, reason: TWICE },
    {
      attack:
        /headers\[\]\.(?:message|notice|warnings|start_timestamp|end_timestamp|duration|extra_data\.system_environment|options\.(?:--json|--max|--only|--quiet|input))/,
      reason: "how scancode was set",
    },
    {
      attack:
        /files\[\]\.(?:detected_license_expression:|percentage_of_license_text|license_detections\[\]\.license_expression:)/,
      reason: TWICE,
    },
    {
      attack:
        /matches\[\]\.(?:license_expression|license_expression_spdx|match_coverage|matched_length|matcher|rule_\w+):/,
      reason: TWICE,
    },
  ],
  unnoticed: [],
};
