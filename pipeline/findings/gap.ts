import { createHash } from "node:crypto";
import type { Gap } from "../../schemas/finding.ts";

/** A gap with its stable id, such as `gap-1a2b3c4d5e6f`: from its name, its place and what it is about; never from its detail. */
export function gapOf(gap: Omit<Gap, "id">): Gap {
  const { code, path, subject } = gap;
  const digest = createHash("sha256")
    .update(JSON.stringify(["gap", code, path, subject]))
    .digest("hex");
  return { id: `gap-${digest.slice(0, 12)}`, ...gap };
}
