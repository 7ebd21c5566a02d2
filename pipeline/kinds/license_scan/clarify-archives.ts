import type { Component } from "../../../schemas/component.ts";
import type { Finding } from "../../../schemas/finding.ts";
import type { LicenseFact } from "../../../schemas/license-fact.ts";
import type { Clarification } from "../../../schemas/policy.ts";
import { isPackage } from "../../findings/canonical-purl.ts";
import { findingId } from "../../findings/finding-id.ts";
import { visible } from "../../findings/visible.ts";

type ArchiveClarification = Clarification & { readonly purl: string };

/** What the licence files of an archive say: as detected, but for texts that somebody has read, as long as they are those texts. */
export function detectedIn({ purl, files }: LicenseFact, clarify: readonly Clarification[]): string[] {
  return files.flatMap(({ path, sha256, detected }) => {
    const said = clarify.find((each) => isAbout(each, purl) && each.path === path && each.sha256 === sha256);
    return said?.license ?? detected ?? [];
  });
}

/**
 * One finding for each clarification of an archive's file whose text is another one now, or that is gone with its package. Of a package
 * without a licence fact nothing can be said.
 */
export function deadArchiveClarifications(
  clarify: readonly Clarification[],
  components: readonly Component[],
): Finding[] {
  return clarify.filter(isOfArchive).flatMap((each) => {
    const about = components.filter(({ purl }) => isPackage(purl, each.purl));
    const known = about.flatMap(({ licenses }) => (licenses === undefined ? [] : [licenses.files]));
    if (about.length > 0 && known.length === 0) return [];
    const files = known.flat().filter(({ path }) => path === each.path);
    return files.some(({ sha256 }) => sha256 === each.sha256) ? [] : [deadFinding(each, about.length, files.length)];
  });
}

/** Whether a clarification speaks of a package's archive, not of the tree. */
export function isOfArchive(each: Clarification): each is ArchiveClarification {
  return each.purl !== undefined;
}

function isAbout(each: Clarification, purl: string): boolean {
  return each.purl !== undefined && isPackage(purl, each.purl);
}

function deadFinding({ purl, path, sha256 }: ArchiveClarification, packages: number, files: number): Finding {
  const [what, next] =
    packages === 0
      ? ["there is no such package", "take it out of licenses.clarify"]
      : files === 0
        ? ["its archive has no such file", "take it out of licenses.clarify, or name the file that is there"]
        : ["its text is another one now", "read the text again, then name its new digest in licenses.clarify"];
  return {
    id: findingId("waiver", "dead-clarification", purl, path, sha256),
    kind: "license_scan",
    class: "waiver",
    rule: "waiver.dead-clarification",
    ruleId: "waiver.dead-clarification",
    severity: "medium",
    title: `the policy says what ${visible(path)} of ${visible(purl)} says, but ${what}`,
    locations: [],
    next,
  };
}
