import { posix } from "node:path";
import { requirementOf } from "../../plan/manifests/requirement.ts";
import { logicalLines, requestsOf } from "../../plan/manifests/requirement-line.ts";
import type { LockedText } from "./index.ts";
import type { LockedArchive } from "./locked-archive.ts";
import { sha256Of } from "./python.ts";

/** The archives of a requirements file and all that it includes, where `--hash` says what they are. @throws GateError LOCKFILE_INVALID */
export function archivesOfRequirements({ path, text, sibling }: LockedText): LockedArchive[] {
  const archives: LockedArchive[] = [];
  const seen = new Set<string>();
  const open = [{ relative: posix.basename(path), text }];
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    if (seen.has(source.relative)) continue;
    seen.add(source.relative);
    for (const line of logicalLines(path, source.text)) {
      const anyOf = [...line.text.matchAll(/--hash[=\s]\s*(\S+)/g)].flatMap(([, hash = ""]) => sha256Of(hash));
      for (const { kind, target } of requestsOf(line)) {
        if (kind === "requirement") {
          const { name, version } = requirementOf(line.place, target);
          if (name !== undefined) archives.push({ name, version, anyOf });
          continue;
        }
        const relative = posix.join(posix.dirname(source.relative), target);
        const found = sibling(relative);
        if (found !== undefined) open.push({ relative, text: found });
      }
    }
  }
  return archives;
}
