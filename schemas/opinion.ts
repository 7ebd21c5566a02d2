import { z } from "zod";
import { Ecosystem, Severity, Sha256 } from "./common.ts";

/** The tools whose word counts beside osv-scanner's. */
export const OpinionSource = z.enum(["cargo-audit", "cargo-deny", "npm-audit"]);
export type OpinionSource = z.infer<typeof OpinionSource>;

/** One advisory about one package version, as one tool reports it. */
export const OpinionItem = z.strictObject({
  /** The tool's own id of the advisory. */
  id: z.string().min(1),
  /** Every other id that the tool knows for it, sorted. */
  aliases: z.array(z.string()),
  /** Canonical, with version. */
  purl: z.string().regex(/^pkg:/),
  /** RustSec's notes on crates that are unmaintained, unsound or of interest are informational. */
  class: z.enum(["vulnerability", "informational"]),
  severity: Severity,
  /** The vector or word that gave the severity; `none` when the tool states none. */
  severitySource: z.string(),
  title: z.string(),
  /** Which versions are affected or clear, in the tool's words. */
  detail: z.string(),
});
export type OpinionItem = z.infer<typeof OpinionItem>;

/** A second opinion on one lockfile: who looked, at which content, with which advisories, and everything that it reports. */
export const Opinions = z.strictObject({
  schemaVersion: z.literal("supply-gate/opinions-1"),
  source: OpinionSource,
  /** Version of the tool. */
  version: z.string(),
  ecosystem: Ecosystem,
  database: z.strictObject({
    /** Advisories that were searched; null where the tool does not say. */
    advisories: z.int().positive().nullable(),
    /** Over the names and contents of the database's files; null for a service: nobody can ask it the same again. */
    sha256: Sha256.nullable(),
    /** When a service was asked. */
    asked: z.iso.datetime().nullable(),
  }),
  /** Relative to the source tree. */
  lockfile: z.string().min(1),
  lockfileSha256: Sha256,
  /** Package versions of the registry that were looked up. */
  packages: z.int().nonnegative(),
  /** Sorted by purl, then id. */
  items: z.array(OpinionItem),
});
export type Opinions = z.infer<typeof Opinions>;
