import { createHash } from "node:crypto";
import type { FindingClass } from "../../schemas/finding.ts";

/** A finding's stable id, such as `secret-1a2b3c4d5e6f`: from its class and what makes it this one; never from a line number. */
export function findingId(findingClass: FindingClass, ...parts: readonly string[]): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([findingClass, ...parts]))
    .digest("hex");
  return `${findingClass}-${digest.slice(0, 12)}`;
}
