#!/usr/bin/env node
// Runs the pinned gitleaks, by the very step that the plan makes, over the tree of every case, and rewrites what the case records.
// Usage: ci/capture/secret_scan.mjs <path of the gitleaks program>
import { captureKind } from "./planned-step.mjs";

await captureKind("secret_scan", (text) => (text.startsWith("[") ? report(text) : withoutTime(text)));

/** The order is random there; `Match` shows what stands around a secret, and no reader of ours needs it. */
function report(text) {
  const entries = JSON.parse(text).map((entry) => ({ ...entry, Match: "REDACTED" }));
  return `${JSON.stringify(
    entries.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    null,
    1,
  )}\n`;
}

function withoutTime(text) {
  return text.replace(/^\d+:\d\d[AP]M /gm, "0:00AM ").replace(/\) in [\d.msµh]+$/gm, ") in 1s");
}
