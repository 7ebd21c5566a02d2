import { GateError } from "../../schemas/error.ts";
import type { Policy } from "../../schemas/policy.ts";
import { type Waiver, WaiverFile } from "../../schemas/waivers.ts";
import { readPlacedYaml } from "../../schemas/yaml.ts";
import { canonicalPurl, withoutVersion } from "../findings/canonical-purl.ts";
import { pathProblem, purlProblem } from "../policy/spelling.ts";
import { satisfies } from "../versions/satisfies.ts";
import { daysBetween } from "./days.ts";

/**
 * Reads a waiver file under a policy's terms.
 * @throws GateError WAIVERS_INVALID with line and column: for what is no waiver, for one that counts longer than the policy allows, and for one
 * that is too broad: it has to say exactly where
 */
export function readWaivers(text: string, name: string, terms: Policy["waivers"]): WaiverFile {
  const { value, at } = readPlacedYaml(WaiverFile, text, name, "WAIVERS_INVALID");
  for (const [index, waiver] of value.waivers.entries()) {
    const [problem] = waiverProblems(waiver, terms);
    if (problem === undefined) continue;
    throw new GateError("WAIVERS_INVALID", `${at(["waivers", index, ...problem.path])}: ${problem.text}`, {
      next: problem.next,
    });
  }
  return value;
}

interface WaiverFault {
  readonly path: readonly string[];
  readonly text: string;
  readonly next: string;
}

/** Why a waiver can't count, whatever there is to be found: nothing when it can. */
export function waiverProblems(waiver: Waiver, terms: Policy["waivers"]): WaiverFault[] {
  return [...datesFault(waiver, terms), ...broadFault(waiver), ...placeFaults(waiver)];
}

function datesFault({ created, expires }: Waiver, { maxDays }: Policy["waivers"]): WaiverFault[] {
  const path = ["expires"];
  if (expires < created) {
    return [{ path, text: `found ${expires}, before it was created (${created})`, next: "correct the dates" }];
  }
  const days = daysBetween(created, expires);
  if (days <= maxDays) return [];
  const next = `let it expire at most ${maxDays} days after ${created}, and look again then`;
  return [{ path, text: `found ${days} days after ${created}, expected at most ${maxDays}`, next }];
}

/** Only the id of one finding says where by itself. */
function broadFault({ what, where }: Waiver): WaiverFault[] {
  if (what.finding !== undefined) return [];
  const path = ["where"];
  const subject = what.vulnerability ?? what.license ?? what.gap ?? what.rule;
  if (where === undefined || Object.keys(where).length === 0) {
    return [{ path, text: `${subject}: found no place, expected exactly where`, next: "name purl or path" }];
  }
  if (where.purl === undefined && where.path === undefined) {
    return [{ path, text: `${subject}: found neither purl nor path, expected one of them`, next: "name purl or path" }];
  }
  if (where.path === ".") {
    return [{ path: ["where", "path"], text: "found the whole tree, expected a part of it", next: "name a folder" }];
  }
  if (where.sha256 !== undefined && where.path === undefined) {
    return [{ path: ["where", "sha256"], text: "found a digest without a path", next: "name the file with path" }];
  }
  const named = where.purl === undefined ? undefined : canonicalPurl(where.purl)?.purl;
  if (named !== undefined && withoutVersion(named) === named && where.versions === undefined) {
    const next = "name the version in the purl, or a range with versions";
    return [{ path: ["where", "purl"], text: `found every version of ${where.purl}, expected which`, next }];
  }
  return [];
}

function placeFaults({ where }: Waiver): WaiverFault[] {
  const next = "correct the file; nothing was scanned";
  const wrong: [string, string | undefined][] = [
    ["purl", where?.purl === undefined ? undefined : purlProblem(where.purl)],
    ["path", where?.path === undefined ? undefined : pathProblem(where.path)],
    ["versions", where?.versions === undefined ? undefined : rangeProblem(where.purl, where.versions)],
  ];
  return wrong.flatMap(([key, text]) => (text === undefined ? [] : [{ path: ["where", key], text, next }]));
}

function rangeProblem(purl: string | undefined, range: string): string | undefined {
  if (purl === undefined) return "found versions without a purl, expected which package they are of";
  const ecosystem = canonicalPurl(purl)?.ecosystem ?? "";
  const alternatives = range.split("||").map((part) => part.trim());
  if (alternatives.some((part) => !/^((?:[<>]=?|=)\s*[^\s<>=|]+\s*)+$/.test(part))) {
    return `found "${range}", expected comparators such as ">=4.17.0 <4.17.21"`;
  }
  if (alternatives.some((part) => !/<|=\s*[^\s<>=]+$/.test(part) || /^>=?[^<]*$/.test(part))) {
    return `found "${range}", which has no upper end: expected one, since later versions are not known yet`;
  }
  return satisfies(ecosystem, "1.0.0", range) === undefined
    ? `the order of ${ecosystem} versions is not known here: name one version in the purl instead`
    : undefined;
}
