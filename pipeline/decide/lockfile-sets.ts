import type { KindId } from "../../schemas/common.ts";
import type { LockfileFormat } from "../../schemas/inventory.ts";
import { type LockfileDifference, lockfileDifference } from "../findings/lockfile-difference.ts";
import { sbomGenerate } from "../kinds/sbom_generate/index.ts";
import { vulnScan } from "../kinds/vuln_scan/index.ts";
import type { DecisionInput } from "./decide.ts";

/** One lockfile as three readers see it: ours, and in what each of the others differs; null where that tool gave no report. */
export interface LockfileSets {
  readonly path: string;
  readonly format: LockfileFormat;
  readonly packages: number;
  readonly osvScanner: LockfileDifference | null;
  readonly syft: LockfileDifference | null;
}

/** Compares our own reading of every lockfile with osv-scanner's and syft's. */
export function lockfileSets(input: DecisionInput): LockfileSets[] {
  const scanned = reportOf("vuln_scan", input, vulnScan.read);
  const listed = reportOf("sbom_generate", input, sbomGenerate.read);
  return input.lockfiles.map((lockfile) => {
    const { path, format, packages } = lockfile;
    const scannedThere = scanned?.sources.find((source) => source.path === path)?.packages ?? [];
    const listedThere = listed?.packages.filter(({ locations }) => locations.includes(path)) ?? [];
    return {
      path,
      format,
      packages: packages.length,
      osvScanner: scanned === null ? null : lockfileDifference(lockfile, scannedThere),
      syft: listed === null ? null : lockfileDifference(lockfile, listedThere),
    };
  });
}

/** Null also for the report of another step than the planned one: it speaks of other lockfiles. */
function reportOf<T>(kind: KindId, { plan, evidence }: DecisionInput, read: (report: unknown) => T): T | null {
  const job = plan.jobs.find((each) => each.kind === kind);
  const found = evidence.get(kind);
  if (job?.state !== "planned" || found === undefined || found.report === null) return null;
  return found.stepKey === job.stepKey ? read(found.report) : null;
}
