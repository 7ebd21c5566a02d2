import { z } from "zod";

/** The scanner whose reading of OSV this schema mirrors: every field and enum value that its strict protojson knows, and no other. */
export const SCANNER = "osv-scanner 2.4.0";

/**
 * Base ecosystems (the part before a colon) that the scanner knows: osv-schema 1.7.5, osvconstants.
 * Any other one inside a record makes it panic.
 */
export const SCANNER_ECOSYSTEMS: ReadonlySet<string> = new Set(
  [
    "AlmaLinux,Alpaquita,Alpine,Android,Azure Linux,BellSoft Hardened Containers,Bioconductor,Bitnami,Chainguard,CleanStart,ConanCenter,CRAN",
    "crates.io,Debian,Docker Hardened Images,Echo,FreeBSD,GHC,GitHub Actions,Go,Hackage,Hex,Julia,Kubernetes,Linux,Mageia,Maven,MinimOS,npm",
    "NuGet,opam,openEuler,openSUSE,OSS-Fuzz,Packagist,Photon OS,Pub,PyPI,Red Hat,Rocky Linux,Root,RubyGems,SUSE,SwiftURL,TuxCare,Ubuntu",
    "VSCode,Wolfi",
  ].flatMap((line) => line.split(",")),
);

/** The scanner's limit is 10,000 levels; past it the whole record is dropped. No real record has more than a dozen. */
const MAX_DEPTH = 100;

const YEAR_ONE = Date.parse("0001-01-01T00:00:00Z");
const YEAR_9999 = Date.parse("9999-12-31T23:59:59.999Z");

/** RFC 3339 as Go reads it: with seconds, at most nine digits of a second, between the years 1 and 9999. */
const Timestamp = z.iso
  .datetime({ offset: true })
  .regex(/T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/, "expected seconds and at most nine digits after the dot")
  .refine((time) => Date.parse(time) >= YEAR_ONE && Date.parse(time) <= YEAR_9999, "expected a year from 0001 to 9999");

/** google.protobuf.Struct: any JSON object, kept as it is. */
const Struct = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value) && isShallow(value, MAX_DEPTH),
  `expected an object of at most ${MAX_DEPTH} levels`,
);

const OsvPackage = z.strictObject({
  name: z.string().min(1),
  ecosystem: z.string().min(1),
  purl: z.string().optional(),
});

const Event = z
  .strictObject({
    introduced: z.string().optional(),
    fixed: z.string().optional(),
    last_affected: z.string().optional(),
    limit: z.string().optional(),
  })
  .refine((event) => Object.keys(event).length <= 1, "expected one of introduced, fixed, last_affected, limit");

const Range = z.strictObject({
  type: z.enum(["SEMVER", "ECOSYSTEM", "GIT"]),
  repo: z.string().optional(),
  events: z.array(Event).optional(),
  database_specific: Struct.optional(),
});

const OsvSeverity = z.strictObject({
  type: z.enum(["CVSS_V2", "CVSS_V3", "CVSS_V4", "Ubuntu"]),
  score: z.string(),
});

const Affected = z.strictObject({
  package: OsvPackage.optional(),
  severity: z.array(OsvSeverity).optional(),
  ranges: z.array(Range).optional(),
  versions: z.array(z.string()).optional(),
  ecosystem_specific: Struct.optional(),
  database_specific: Struct.optional(),
});
export type Affected = z.infer<typeof Affected>;

const REFERENCE_TYPES =
  "NONE WEB ADVISORY REPORT FIX PACKAGE ARTICLE EVIDENCE DETECTION DISCUSSION INTRODUCED GIT".split(" ");
const CREDIT_TYPES =
  "UNSPECIFIED OTHER FINDER REPORTER ANALYST COORDINATOR REMEDIATION_DEVELOPER REMEDIATION_REVIEWER REMEDIATION_VERIFIER TOOL SPONSOR".split(
    " ",
  );

/** One advisory as the scanner reads it. The id is also the name of a file, hence its alphabet. */
export const OsvRecord = z.strictObject({
  schema_version: z.string().optional(),
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}$/, "expected an advisory id of letters, digits and . _ : + -"),
  modified: Timestamp.optional(),
  published: Timestamp.optional(),
  withdrawn: Timestamp.optional(),
  aliases: z.array(z.string()).optional(),
  related: z.array(z.string()).optional(),
  upstream: z.array(z.string()).optional(),
  summary: z.string().optional(),
  details: z.string().optional(),
  severity: z.array(OsvSeverity).optional(),
  affected: z.array(Affected).optional(),
  references: z
    .array(z.strictObject({ type: z.enum(REFERENCE_TYPES).optional(), url: z.string().optional() }))
    .optional(),
  credits: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        contact: z.array(z.string()).optional(),
        type: z.enum(CREDIT_TYPES).optional(),
      }),
    )
    .optional(),
  database_specific: Struct.optional(),
});
export type OsvRecord = z.infer<typeof OsvRecord>;

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1));
}
