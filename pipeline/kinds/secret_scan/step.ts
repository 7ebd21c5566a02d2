import type { Limits, Step } from "../../../schemas/step.ts";
import { hiddenPaths } from "../../tree/hidden.ts";
import type { PlanInput, Planned } from "../kind.ts";
import { CANARY_FILE, canaryText } from "./canary.ts";
import { namesTexts } from "./path-names.ts";
import { DEFAULT_RULES } from "./rules.ts";
import { stagedCopy, stagedInWindows } from "./staged-name.ts";

export const LIMITS: Limits = {
  wallMs: 1_800_000,
  cpuMs: 1_800_000,
  memoryBytes: 2 * 1024 ** 3,
  outputBytes: 100 * 1024 ** 2,
};

/**
 * gitleaks over the whole tree, one folder below the scanned root (there no `.gitleaks.toml` or `.gitleaksignore` of the tree is obeyed),
 * over staged copies of the files that it would skip for name or encoding, and over windows of those that it would cut.
 */
export function planSecretScan(input: PlanInput): Planned {
  const { pin, inventory } = input;
  if (pin === undefined) throw new Error("no pin for gitleaks");
  const copies = inventory.files.flatMap((file, index) => {
    const whole = stagedCopy(file, index);
    return [whole, stagedInWindows(file, index, whole)].filter((copy) => copy !== undefined);
  });
  const step: Step = {
    id: "secret_scan",
    tool: "gitleaks",
    // No --timeout: when gitleaks' own runs out it reports nothing and exits 0.
    argv: [
      "{tool}/gitleaks",
      "dir",
      "--config={scan}/config/gitleaks.toml",
      "--report-format=json",
      "--report-path={out}/gitleaks.json",
      "--redact=100",
      "--exit-code=77",
      "--no-banner",
      "--no-color",
      // With "info" it says how many bytes it read.
      "--log-level=info",
      "--ignore-gitleaks-allow",
      "--gitleaks-ignore-path={scan}/config/empty",
      "--max-decode-depth=5",
      ".",
    ],
    cwd: "{scan}",
    env: { HOME: "{tmp}", TMPDIR: "{tmp}", PATH: "/nonexistent", TZ: "UTC", LC_ALL: "C.UTF-8" },
    version: { argv: pin.versionArgv, pattern: pin.versionPattern },
    staging: {
      tree: { hide: hiddenPaths(inventory) },
      copies,
      files: { empty: "", [CANARY_FILE]: canaryText(), ...namesTexts(inventory) },
      extracts: { "gitleaks.toml": DEFAULT_RULES },
      advisories: false,
      ...(input.history === undefined ? {} : { history: input.history }),
    },
    limits: LIMITS,
    // Never 0: the canaries are findings.
    exits: { "77": "findings" },
    errorLines: ["\\bERR\\b", "\\bFTL\\b", "WRN .*(skipping|partial|permission|unable|could not|failed)"],
    outputs: ["gitleaks.json"],
    sensitive: true,
  };
  const names = Object.fromEntries(copies.map(({ to, source }) => [`staged/${to}`, source.path]));
  return { state: "planned", step, names };
}
