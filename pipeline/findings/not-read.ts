import type { Gap } from "../../schemas/finding.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import { gapOf } from "./gap.ts";
import { lockfileDifference, type ReadPackage } from "./lockfile-difference.ts";

/** Packages that a tool sees in a lockfile and our own reader does not, for no known reason: one of the two reads it wrong, or the file lies. */
export function notReadGaps(lockfile: Lockfile, theirs: readonly ReadPackage[], tool: string): Gap[] {
  return lockfileDifference(lockfile, theirs)
    .onlyTheirs.filter(({ reason }) => reason === "not-read")
    .map((entry) =>
      gapOf({
        code: "package-not-read",
        path: lockfile.path,
        subject: entry.package,
        detail: `${tool} reads it there, our own reader does not`,
      }),
    );
}
