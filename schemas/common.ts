import { z } from "zod";

/** Lower-case hex SHA-256 (protocol D-01). */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hex digits");

export const KindId = z.enum(["secret_scan", "vuln_scan", "sbom_generate", "license_scan", "oss_register_audit"]);
export type KindId = z.infer<typeof KindId>;

export const Mode = z.enum(["review", "release"]);
export type Mode = z.infer<typeof Mode>;

/** CVSS v3.1 section 5 ratings, with `unknown` as a level of its own: never clean. */
export const Severity = z.enum(["none", "low", "medium", "high", "critical", "unknown"]);
export type Severity = z.infer<typeof Severity>;

/** OSV ecosystem names (the part before a colon) of the lockfiles we read. */
export const Ecosystem = z.enum([
  "npm",
  "PyPI",
  "crates.io",
  "Go",
  "Maven",
  "NuGet",
  "Packagist",
  "RubyGems",
  "Hex",
  "Pub",
  "CRAN",
  "Hackage",
  "ConanCenter",
  "SwiftURL",
]);
export type Ecosystem = z.infer<typeof Ecosystem>;

/**
 * A file's place in the source tree, `/` between parts, relative to its root.
 *
 * `pathBytes` (base64) is there only when the name is not valid UTF-8; `path` then shows each bad byte as `\xHH` and is for people.
 */
export const SourcePath = z.strictObject({ path: z.string().min(1), pathBytes: z.base64().optional() });
export type SourcePath = z.infer<typeof SourcePath>;
