import type { Mode } from "../../schemas/common.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { Gap, GapCode, JudgedGap } from "../../schemas/finding.ts";
import type { Policy } from "../../schemas/policy.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { visible } from "../findings/visible.ts";
import { rulingOnGap } from "../policy/rules.ts";
import { waivedWords } from "./price.ts";

interface Pricing {
  readonly policy: Policy;
  readonly mode: Mode;
  /** Who answers for what, by the id of the gap. */
  readonly by: ReadonlyMap<string, Waiver>;
}

/** What each gap does to its job: what could not be read makes it incomplete in any case, all else is worth what waivers and policy say. */
export function judgeGaps(gaps: readonly Gap[], { policy, mode, by }: Pricing): JudgedGap[] {
  return gaps.map((gap) => {
    if (isNeverClean(gap)) return { ...gap, effect: "incomplete", because: `${gap.code} is never clean` };
    const waiver = by.get(gap.id);
    if (waiver !== undefined) return { ...gap, effect: "waived", because: waivedWords(waiver) };
    return { ...gap, ...rulingOnGap(gap, policy, mode) };
  });
}

/** Whether nobody can answer for a gap: it was never looked at. */
export function isNeverClean({ code }: Gap): boolean {
  return NEVER_CLEAN.has(code);
}

const NEVER_CLEAN: ReadonlySet<GapCode> = new Set([
  "unreadable",
  "changed-while-read",
  "package-not-scanned",
  "file-not-scanned",
]);

/** One reason for each name of the gaps that make a job incomplete. */
export function gapProblems(gaps: readonly JudgedGap[]): Problem[] {
  const byCode = new Map<GapCode, JudgedGap[]>();
  for (const gap of gaps) {
    if (gap.effect === "incomplete") byCode.set(gap.code, [...(byCode.get(gap.code) ?? []), gap]);
  }
  return [...byCode]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, [first, ...more]]) => {
      const { path, subject, detail, id } = first as JudgedGap;
      const what = [path, ...(subject === path ? [] : [subject]), ...(detail === "" ? [] : [detail])]
        .map(visible)
        .join(": ");
      const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
      const waivable = NEVER_CLEAN.has(code) ? "" : `, or answer for it in a waiver (${id})`;
      return { code: "coverage-gap", message: `${code}: ${what}${others}`, next: `${ADVICE[code]}${waivable}` };
    });
}

const EXCLUDE = "leave it out by the policy's exclude with a reason";
const ADVICE: Readonly<Record<GapCode, string>> = {
  unreadable: "make it readable, or remove it",
  "changed-while-read": "run the gate on a tree that nobody writes to",
  "submodule-empty": "git submodule update --init",
  "lfs-pointer": "git lfs pull",
  archive: `unpack it, or ${EXCLUDE}`,
  "too-large": `split it, or ${EXCLUDE}`,
  "too-deep": `move it up, or ${EXCLUDE}`,
  "nested-history": "scan that repository by itself",
  "manifest-without-lockfile": "commit the lockfile of its package manager",
  "lockfile-not-read": `${EXCLUDE}, or check it by other means`,
  unpinned: "pin it in the lockfile",
  "unresolved-range": "pin it in the lockfile",
  "git-dependency": "take a released version, or check it by other means",
  "path-dependency": "lock it where it lies, or check it by other means",
  "url-dependency": "take a released version, or check it by other means",
  "missing-include": "add the file that is included",
  "transitive-unknown": "commit a lockfile that names what the dependencies need in turn",
  "package-not-scanned": "read run/ for what the scanner said",
  "package-not-read": "check the lockfile: two readers see different packages",
  "file-not-scanned": `${EXCLUDE}, or mend it`,
  "file-unread": `mend the file, or ${EXCLUDE}`,
  "advisories-old": "supply-gate advisories pull, or name the date of the decision with --as-of",
};
