import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** Where gitleaks sees the canaries, below the scanned root. */
export const CANARY_FILE = "canary.txt";

/** The rules that must fire there: one of ours, and one of the default rules on a token that has to be decoded first. */
export const CANARY_RULES = ["github-pat", "supply-gate-canary"] as const;

/** Appended to the default rules. It looks at our own file alone, so that it never speaks of the tree. */
export const CANARY_RULE = `
[[rules]]
id = "supply-gate-canary"
description = "made up by supply-gate: proves that rules are applied"
path = '''^config/canary\\.txt$'''
regex = '''supply-gate-canary-[0-9a-f]{32}'''
keywords = ["supply-gate-canary"]
`;

/** Neither line opens anything. The second is encoded: a plan must not hold what looks like a token. */
export function canaryText(): string {
  const digest = createHash("sha256").update("supply-gate canary").digest("hex");
  const token = ["ghp", digest.slice(0, 36)].join("_");
  return `supply-gate-canary-${digest.slice(0, 32)}\n${Buffer.from(`token ${token}`).toString("base64")}\n`;
}
