import { z } from "zod";

/** RustSec's metadata of one advisory, as cargo-audit and cargo-deny both write it (rustsec/advisory/metadata.rs). */
export const RustsecAdvisory = z.object({
  id: z.string().min(1),
  package: z.string().min(1),
  title: z.string(),
  aliases: z.array(z.string()),
  /** A vector. */
  cvss: z.string().nullable(),
  informational: z.string().nullable(),
  withdrawn: z.string().nullable(),
});
export type RustsecAdvisory = z.infer<typeof RustsecAdvisory>;

const Hit = z.object({
  advisory: RustsecAdvisory,
  versions: z.object({ patched: z.array(z.string()), unaffected: z.array(z.string()) }),
  package: z.object({ name: z.string().min(1), version: z.string().min(1), source: z.string().nullish() }),
});

/** cargo-audit 0.22.2 `--json` (rustsec/report.rs). Strict at the top: a misspelt key must not pass for an absent one. */
export const CargoAuditReport = z.strictObject({
  database: z.strictObject({
    "advisory-count": z.int().nonnegative(),
    "last-commit": z.string().nullable(),
    "last-updated": z.string().nullable(),
  }),
  lockfile: z.strictObject({ "dependency-count": z.int().nonnegative() }),
  settings: z.strictObject({
    target_arch: z.array(z.unknown()).max(0),
    target_os: z.array(z.unknown()).max(0),
    severity: z.null(),
    ignore: z.array(z.unknown()).max(0),
    informational_warnings: z.array(z.string()),
  }),
  vulnerabilities: z.strictObject({ found: z.boolean(), count: z.int().nonnegative(), list: z.array(Hit) }),
  /** By kind; `yanked` is not asked for. */
  warnings: z.partialRecord(z.enum(["unmaintained", "unsound", "notice"]), z.array(Hit.extend({ kind: z.string() }))),
});
export type CargoAuditReport = z.infer<typeof CargoAuditReport>;
