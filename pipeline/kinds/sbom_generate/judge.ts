import type { Problem } from "../../../schemas/evidence.ts";
import type { Coverage, Gap } from "../../../schemas/finding.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { leftOutCounts, unreadableGaps } from "../../findings/left-out.ts";
import { purlOf } from "../../findings/purl.ts";
import { installedFolders } from "../../tree/installed.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import type { SbomReport } from "./reader.ts";
import { NO_PACKAGE_IN_EXECUTABLE, NO_PACKAGES, UNPINNED_LINE, UNREAD_LINE, type Unread } from "./unread.ts";

/**
 * No findings of its own. A lockfile that syft could not read makes the job incomplete; any other file is a gap.
 *
 * A locked package that syft does not report is left out by syft, not by us: the documents list it from our own reader.
 */
export function judgeSbom({ report, inventory, lockfiles }: JudgeInput<SbomReport>): Judgement {
  const unread = report.unread.filter((entry) => !isExplained(entry, lockfiles));
  const locks = new Set(inventory.files.flatMap(({ path, lockfile }) => (lockfile === undefined ? [] : [path])));
  const isLock = ({ path, reason }: Unread) =>
    locks.has(path) || (FOREIGN_LOCKFILE.test(path) && reason !== NO_PACKAGES);
  return {
    findings: [],
    coverage: coverageOf(report, inventory, lockfiles, unread.filter((entry) => !isLock(entry)).map(gapOf)),
    problems: unread.filter(isLock).map(problemOf),
  };
}

/** Names of lockfiles that syft reads and we do not: what they lock is known from syft alone. */
const FOREIGN_LOCKFILE = /(?:^|\/)[^/]*(?:\.lock|\.lockfile|-lock\.json|\.lock\.json|\.lock\.hcl|Package\.resolved)$/;

/** syft says so of files that it did read: what it could not place there is counted elsewhere, or is nothing. */
function isExplained({ path, reason }: Unread, lockfiles: readonly Lockfile[]): boolean {
  if (reason === UNPINNED_LINE || reason === UNREAD_LINE || reason === NO_PACKAGE_IN_EXECUTABLE) return true;
  const lockfile = lockfiles.find((candidate) => candidate.path === path);
  return reason === NO_PACKAGES && lockfile !== undefined && versioned(lockfile).length === 0;
}

function coverageOf(
  report: SbomReport,
  inventory: Inventory,
  lockfiles: readonly Lockfile[],
  gaps: readonly Gap[],
): Coverage {
  const expected = new Map(
    lockfiles.flatMap((lockfile) => versioned(lockfile).map((entry) => [entry.purl, entry.shown])),
  );
  const reported = new Set(report.packages.map(({ purl }) => purl));
  const missing = [...expected].flatMap(([purl, shown]) => (reported.has(purl) ? [] : [shown]));
  const executables = report.unread.filter(({ reason }) => reason === NO_PACKAGE_IN_EXECUTABLE);
  return {
    kind: "sbom_generate",
    unit: "packages",
    expected: expected.size,
    seen: expected.size - missing.length,
    leftOut: leftOutCounts(inventory, [
      { reason: "listed from the lockfile, not by syft", paths: missing },
      { reason: "folder of installed dependencies", paths: installedFolders(inventory).map(({ path }) => path) },
      { reason: "executable in which no package was recognised", paths: executables.map(({ path }) => path) },
    ]),
    gaps: [...unreadableGaps(inventory), ...gaps],
  };
}

function versioned({ packages, path }: Lockfile): { purl: string; shown: string }[] {
  return packages
    .filter(({ version }) => version !== "")
    .map(({ ecosystem, name, version }) => ({
      purl: purlOf(ecosystem, name, version),
      shown: `${name} ${version} (${path})`,
    }));
}

function gapOf({ path, cataloger, reason }: Unread): Gap {
  return { code: "file-unread", path, subject: cataloger === "" ? "syft" : cataloger, detail: reason };
}

function problemOf({ path, cataloger, reason }: Unread): Problem {
  return {
    code: "lockfile-unread",
    message: `${path}: found ${reason} (${cataloger}), expected a lockfile that syft can read`,
    next: `mend ${path}, or leave it out in the policy's "exclude" with a reason`,
  };
}
