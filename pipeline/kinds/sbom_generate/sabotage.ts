import { type Attack, type KindAttacks, type Loose, onJson, onText } from "../attack.ts";
import { CANARY, CANARY_PLACE } from "./canary.ts";

const REPORT = "out/syft.json";

const isCanary = ({ name }: Loose) => name === CANARY.name;
const artifacts = (which: (entry: Loose) => boolean, edit: (entry: Loose) => void) =>
  onJson(REPORT, (document) => {
    for (const entry of (document["artifacts"] ?? []).filter(which)) edit(entry);
  });
const withoutArtifacts = (drops: (entry: Loose) => boolean) =>
  onJson(REPORT, ({ artifacts: list }) => {
    const kept = (list ?? []).filter((entry) => !drops(entry));
    list?.splice(0, list.length, ...kept);
  });
const become = (more: Readonly<Record<string, unknown>>) => (entry: Loose) => void Object.assign(entry, more);
const at = (path: string) => [{ path, accessPath: path }];

const CANARIES: readonly Attack[] = [
  { group: "canary", name: "report without the canary", change: withoutArtifacts(isCanary) },
  { group: "canary", name: "canary at another version", change: artifacts(isCanary, become({ version: "1.0.0" })) },
  { group: "canary", name: "canary under another name", change: artifacts(isCanary, become({ name: "other" })) },
  { group: "canary", name: "canary in the tree", change: artifacts(isCanary, become({ locations: at("/tree/a") })) },
  { group: "canary", name: "canary nowhere", change: artifacts(isCanary, become({ locations: [] })) },
  {
    group: "canary",
    name: "the file of the canary is another",
    change: onText(REPORT, (text) => text.replaceAll(CANARY_PLACE, "/config/other.json")),
  },
];

const UNKNOWNS = "a file that syft did not read is known from syft alone";
const WRITTEN_TWICE = "says again what stands beside it";
const WRITTEN_ONLY = "hashes, origins, cpes and edges are written into the SBOM; nothing is decided by them";
const SHOWN =
  "a package that syft leaves out is named in coverage as not-by-syft, and the SBOM lists it from our own reading of its lockfile";
const SECOND =
  "what stands in no lockfile that we read is known from syft alone; only a second cataloger would tell that it keeps one to itself";

const FINDINGS: readonly Attack[] = [
  {
    group: "package dropped",
    name: "canary alone",
    change: withoutArtifacts((entry) => !isCanary(entry)),
    unnoticed: `${SHOWN}; ${SECOND}`,
  },
  {
    group: "unread dropped",
    name: "no unknowns",
    change: onJson(REPORT, ({ files }) => {
      for (const file of files ?? []) delete file["unknowns"];
    }),
    unnoticed: UNKNOWNS,
  },
  {
    group: "unread dropped",
    name: "unknowns in another file",
    change: onJson(REPORT, ({ files }) => {
      for (const file of files ?? []) {
        if (file["unknowns"] !== undefined) Object.assign(file["location"] ?? {}, { path: "/etc/passwd" });
      }
    }),
  },
  {
    group: "version swapped",
    name: "every package at another version",
    change: artifacts(
      (entry) => !isCanary(entry),
      (entry) => {
        const purl = String(entry["purl"]).replace(/@[^@?#]+/, "@99.0.0");
        Object.assign(entry, { version: "99.0.0", purl });
      },
    ),
    unnoticed: `${SHOWN}; ${SECOND}`,
  },
  {
    group: "package moved",
    name: "every package outside of the tree",
    change: artifacts((entry) => !isCanary(entry), become({ locations: at("/etc/package-lock.json") })),
  },
];

const TOOL: readonly Attack[] = [
  ...["1.51.0", "1.52.1", ""].map((version) => ({
    group: "tool version",
    name: `report by syft "${version}"`,
    change: onJson(REPORT, ({ descriptor }) => void Object.assign(descriptor ?? {}, { version })),
  })),
  {
    group: "another report",
    name: "report of another tool's name",
    change: onJson(REPORT, ({ descriptor }) => void Object.assign(descriptor ?? {}, { name: "trivy" })),
  },
  {
    group: "another report",
    name: "report of an image",
    change: onJson(REPORT, ({ source }) => void Object.assign(source ?? {}, { type: "image" })),
  },
  {
    group: "another report",
    name: "report in another version of the format",
    change: onJson(REPORT, ({ schema }) => void Object.assign(schema ?? {}, { version: "17.0.0" })),
  },
];

/** How syft's evidence can be falsified. */
export const sbomAttacks: KindAttacks = {
  kind: "sbom_generate",
  attacks: [...CANARIES, ...FINDINGS, ...TOOL],
  errorLines: [
    "[0000] ERROR could not determine source",
    "[0000]  WARN unable to access path path=/scan/tree/a error=permission denied",
    "[0000]  WARN unable to get file metadata path=/scan/tree/a",
    "[0000]  WARN unable to parse duration",
    "panic: runtime error: index out of range",
    "fatal error: all goroutines are asleep - deadlock!",
  ],
  unread: [
    {
      attack: /descriptor\.configuration|schema\.url|distro|source\.(?:id|name|version|metadata)/,
      reason: "how syft was set",
    },
    { attack: /accessPath|annotations|licenses\[\]\.(?:locations|spdxExpression|urls)/, reason: WRITTEN_TWICE },
    { attack: /artifactRelationships|artifacts\[\]\.(?:cpes|metadata|metadataType)/, reason: WRITTEN_ONLY },
    { attack: /files: (?:first|last)|value\.files: list/, reason: "a file in which there is nothing" },
  ],
  unnoticed: [
    { attack: /artifactRelationships|artifacts\[\]\.(?:cpes|metadata|metadataType)/, reason: WRITTEN_ONLY },
    { attack: /artifacts: (?:first|last)/, reason: `${SHOWN}; ${SECOND}` },
    {
      attack: /artifacts\[\]\.licenses: /,
      reason: "a package without a licence weighs more: license_scan counts it as unknown",
    },
    { attack: /files\[\]\.unknowns/, reason: UNKNOWNS },
  ],
};
