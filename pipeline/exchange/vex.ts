import type { Waiver } from "../../schemas/waivers.ts";
import { canonicalPurl, withoutVersion } from "../findings/canonical-purl.ts";
import type { ImportDefaults, Imported, Loss } from "./format.ts";
import { withPlace } from "./places.ts";
import { saidIn } from "./statement.ts";

/** A VEX format's word on one vulnerability in one product, as OpenVEX calls things. */
export interface VexWord {
  readonly id: string;
  /** Purls, or whatever else the document calls its products. */
  readonly products: readonly string[];
  readonly status: "not_affected" | "affected" | "fixed" | "under_investigation";
  readonly justification?: Waiver["justification"];
  /** What is said for people: an impact or action statement, a detail. */
  readonly text: string;
  /** A range of versions, as waivers write it. */
  readonly versions?: string;
  readonly expires?: string;
  /** Date of the statement. */
  readonly said?: string;
}

/** Why a waiver can't be said by VEX at all; undefined when it can. VEX names products: it knows neither paths nor contents. */
export function whyUnsaid({ what, where = {} }: Waiver, knowsRanges: boolean): string | undefined {
  if (what.vulnerability === undefined) return "VEX speaks of vulnerabilities only";
  if (where.purl === undefined) return "VEX speaks of packages, and the waiver names none";
  if (where.path !== undefined || where.sha256 !== undefined)
    return "VEX knows no paths: it would cover the package everywhere";
  return where.versions !== undefined && !knowsRanges
    ? "it has no ranges of versions: it would cover every one"
    : undefined;
}

/**
 * Waivers out of VEX words. Only `not_affected` with a justification and `fixed` count, and an accepted risk that says who agreed (as our own
 * documents do); what is affected or being looked into does not.
 */
export function fromVex(words: readonly VexWord[], defaults: ImportDefaults): Imported {
  const waivers: Waiver[] = [];
  const losses: Loss[] = [];
  for (const [index, word] of words.entries()) {
    const why = whyNot(word);
    if (why !== undefined) {
      losses.push({ waiver: index, what: "not-read", why: `${word.id}: ${why}` });
      continue;
    }
    const { id, products, text, justification, versions, expires = defaults.expires, said: date } = word;
    const said = saidIn(text, { ...defaults, created: date ?? defaults.created });
    const because = said.justification ?? justification;
    for (const product of products) {
      const purl = canonicalPurl(product)?.purl;
      const hasVersion = purl !== undefined && withoutVersion(purl) !== purl;
      if (purl === undefined || (versions === undefined && !hasVersion)) {
        losses.push({ waiver: index, what: "not-read", why: `${id}: ${product} is no single version of a package` });
        continue;
      }
      const where = { purl, ...(versions === undefined ? {} : { versions }) };
      const { justification: _, ...rest } = said;
      const base = {
        what: { vulnerability: id },
        ...rest,
        ...(because === undefined ? {} : { justification: because }),
      };
      waivers.push(withPlace({ ...base, expires }, where));
    }
  }
  return { waivers, losses };
}

function whyNot({ status, justification, text }: VexWord): string | undefined {
  if (status === "fixed" || /\[owner: .*approver: .*\]$/s.test(text)) return undefined;
  if (status === "not_affected") {
    return justification === undefined ? "is not affected, but no justification says why" : undefined;
  }
  return status === "affected" ? "is affected, and nobody answers for it" : "is still being looked into";
}
