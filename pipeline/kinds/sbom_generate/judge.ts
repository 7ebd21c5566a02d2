import type { Problem } from "../../../schemas/evidence.ts";
import type { CoveragePart, DifferenceReason, Gap } from "../../../schemas/finding.ts";
import type { Inventory } from "../../../schemas/inventory.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { unitOf } from "../../findings/ecosystem-unit.ts";
import { gapOf } from "../../findings/gap.ts";
import { inventoryGaps } from "../../findings/left-out.ts";
import { notReadGaps } from "../../findings/not-read.ts";
import { purlOf } from "../../findings/purl.ts";
import { unlockedGaps } from "../../findings/unlocked.ts";
import { visible } from "../../findings/visible.ts";
import { installedFolders } from "../../tree/installed.ts";
import type { JudgeInput, Judgement } from "../kind.ts";
import { CANARY } from "./canary.ts";
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
    coverage: {
      kind: "sbom_generate",
      parts: partsOf(report, inventory, lockfiles),
      gaps: [
        ...inventoryGaps(inventory),
        ...unread.filter((entry) => !isLock(entry)).map(unreadGap),
        ...lockfiles.flatMap((lockfile) => notReadGaps(lockfile, packagesAt(report, lockfile.path), "syft")),
        ...unlockedGaps(inventory),
      ],
    },
    problems: [
      ...unread.filter(isLock).map(problemOf),
      ...silentProblems(report, lockfiles),
      ...foreignProblems(report, inventory),
    ],
    canaries: { expected: [CANARY.name], found: report.canaries },
  };
}

/** Lockfiles of formats that syft reads, of which it names nothing although our own reader finds packages of a registry in them. */
function silentProblems(report: SbomReport, lockfiles: readonly Lockfile[]): Problem[] {
  const silent = lockfiles.filter(
    ({ format, path, packages }) =>
      READ_BY_SYFT.has(format) &&
      packages.some(({ origin, version }) => origin === "registry" && version !== "") &&
      packagesAt(report, path).length === 0,
  );
  return silent.map(({ path }) => problemOf({ path, cataloger: "syft", reason: "no package" }));
}

const READ_BY_SYFT: ReadonlySet<Lockfile["format"]> = new Set([
  "package-lock",
  "yarn-lock",
  "pnpm-lock",
  "cargo-lock",
  "go-mod",
  "poetry-lock",
  "uv-lock",
]);

/** A package in a file that is not there: then it may be missing where it belongs. */
function foreignProblems({ packages }: SbomReport, { files, leftOut }: Inventory): Problem[] {
  const known = new Set([...files, ...leftOut].map(({ path }) => path));
  const paths = packages.flatMap(({ locations }) => locations);
  // A name that is no text is written differently by every program.
  const foreign = paths.filter((path) => !known.has(path) && !path.includes("\ufffd"));
  const [first] = foreign;
  if (first === undefined) return [];
  const message = `syft report: ${foreign.length} places that the inventory does not name, the first is ${visible(first)}`;
  return [{ code: "report-invalid", message }];
}

/** Names of lockfiles that syft reads and we do not: what they lock is known from syft alone. */
const FOREIGN_LOCKFILE = /(?:^|\/)[^/]*(?:\.lock|\.lockfile|-lock\.json|\.lock\.json|\.lock\.hcl|Package\.resolved)$/;

/** syft says so of files that it did read: what it could not place there is counted elsewhere, or is nothing. */
function isExplained({ path, reason }: Unread, lockfiles: readonly Lockfile[]): boolean {
  if (reason === UNPINNED_LINE || reason === UNREAD_LINE || reason === NO_PACKAGE_IN_EXECUTABLE) return true;
  const lockfile = lockfiles.find((candidate) => candidate.path === path);
  return reason === NO_PACKAGES && lockfile !== undefined && versioned(lockfile).length === 0;
}

function partsOf(report: SbomReport, inventory: Inventory, lockfiles: readonly Lockfile[]): CoveragePart[] {
  const reported = new Set(report.packages.map(({ purl }) => purl));
  const locked = new Map(
    lockfiles.flatMap((lockfile) => versioned(lockfile).map((entry) => [entry.purl, entry] as const)),
  );
  const ecosystems = [...new Set([...locked.values()].map(({ ecosystem }) => ecosystem))].sort();
  const executables = report.unread.filter(({ reason }) => reason === NO_PACKAGE_IN_EXECUTABLE);
  return [
    ...ecosystems.map((ecosystem): CoveragePart => {
      const own = [...locked.values()].filter((entry) => entry.ecosystem === ecosystem);
      const missing = own.flatMap(({ purl, shown }) => (reported.has(purl) ? [] : [shown]));
      const part = partLeftOut(unitOf(ecosystem), "not-by-syft", missing);
      return { ...part, expected: own.length, seen: own.length - missing.length };
    }),
    partLeftOut(
      "folders of installed dependencies",
      "installed-dependency",
      installedFolders(inventory).map(({ path }) => path),
    ),
    partLeftOut(
      "unknown executables",
      "executable-without-package",
      executables.map(({ path }) => path),
    ),
  ].filter(({ expected }) => expected > 0);
}

function packagesAt({ packages }: SbomReport, path: string) {
  return packages.filter(({ locations }) => locations.includes(path));
}

function partLeftOut(unit: string, reason: DifferenceReason, subjects: readonly string[]): CoveragePart {
  const leftOut = { reason, count: subjects.length, examples: [...subjects].sort().slice(0, 5) };
  return { unit, expected: subjects.length, seen: 0, leftOut: subjects.length === 0 ? [] : [leftOut] };
}

function versioned({ packages, path }: Lockfile) {
  return packages
    .filter(({ version }) => version !== "")
    .map(({ ecosystem, name, version }) => ({
      ecosystem,
      purl: purlOf(ecosystem, name, version),
      shown: `${name} ${version} (${path})`,
    }));
}

function unreadGap({ path, cataloger, reason }: Unread): Gap {
  return gapOf({ code: "file-unread", path, subject: cataloger === "" ? "syft" : cataloger, detail: reason });
}

function problemOf({ path, cataloger, reason }: Unread): Problem {
  return {
    code: "lockfile-unread",
    message: `${path}: found ${reason} (${cataloger}), expected a lockfile that syft can read`,
    next: `mend ${path}, or leave it out in the policy's "exclude" with a reason`,
  };
}
