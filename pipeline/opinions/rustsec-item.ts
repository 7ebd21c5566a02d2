import type { RustsecAdvisory } from "../../schemas/cargo-audit.ts";
import type { OpinionItem } from "../../schemas/opinion.ts";
import { purlOf } from "../findings/purl.ts";
import { severityOfVector } from "../findings/severity.ts";
import { visible } from "../findings/visible.ts";

/** A RustSec advisory that hits a crate. One without a vector states no severity. */
export function rustsecItem(
  advisory: RustsecAdvisory,
  crate: { name: string; version: string },
  detail: string,
): OpinionItem {
  const { id, aliases, cvss, informational, title } = advisory;
  const stated = cvss === null ? "unknown" : severityOfVector(cvss, "CVSS_V3");
  return {
    id,
    aliases: [...new Set(aliases)].sort(),
    purl: purlOf("crates.io", crate.name, crate.version),
    class: informational === null ? "vulnerability" : "informational",
    severity: informational === null ? stated : "none",
    severitySource: informational ?? cvss ?? "none",
    title: visible(title).slice(0, 500),
    detail: visible(detail).slice(0, 500),
  };
}
