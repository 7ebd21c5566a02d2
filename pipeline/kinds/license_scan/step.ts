import type { InventoryFile } from "../../../schemas/inventory.ts";
import type { Limits, Step } from "../../../schemas/step.ts";
import type { PlanInput, Planned } from "../kind.ts";
import canary from "./canary.txt" with { type: "text" };
import driver from "./driver.py" with { type: "text" };
import { pythonPath } from "./python-path.ts";
import run from "./run.py" with { type: "text" };
import { scopeOf } from "./scope.ts";

export const LIMITS: Limits = {
  wallMs: 3_600_000,
  cpuMs: 3_600_000,
  memoryBytes: 8 * 1024 ** 3,
  outputBytes: 200 * 1024 ** 2,
};

/**
 * scancode over the author's own files. The scanned folder is the tree's own root, since a reference such as "see LICENSE" is followed there;
 * the canary is read by the same process, from our configuration.
 */
export function planLicenseScan({ pin, inventory }: PlanInput): Planned {
  if (pin === undefined) throw new Error("no pin for scancode");
  const { expected, hide } = scopeOf(inventory);
  const step: Step = {
    id: "license_scan",
    tool: "scancode",
    argv: [
      "{tool}/bin/python",
      // Not -I: that would ignore PYTHONHASHSEED too. The environment is ours, and beside run.py lies nothing that is not.
      "-s",
      "-B",
      "{scan}/config/run.py",
      "{scan}/config/canary.txt",
      "{out}/canary.json",
      "{scan}/config/utf-16.json",
      "--license",
      "--strip-root",
      "--processes",
      "1",
      // With a time limit scancode returns what it has found so far, without a word.
      "--timeout",
      "0",
      "--max-in-memory",
      "0",
      "--no-check-version",
      "--quiet",
      "--json",
      "{out}/scancode.json",
      "{scan}/tree",
    ],
    cwd: "{tmp}",
    env: {
      SCANCODE_CACHE: "{tmp}/c",
      SCANCODE_TEMP: "{tmp}/t",
      HOME: "{tmp}",
      TMPDIR: "{tmp}",
      PYTHONHASHSEED: "0",
      PATH: "/nonexistent",
      TZ: "UTC",
      LC_ALL: "C.UTF-8",
    },
    version: { argv: pin.versionArgv, pattern: pin.versionPattern },
    staging: {
      tree: { hide: [...hide] },
      copies: [],
      files: {
        "run.py": run,
        "driver.py": driver,
        "canary.txt": canary,
        "utf-16.json": JSON.stringify(utf16(expected)),
      },
      extracts: {},
      advisories: false,
    },
    limits: LIMITS,
    // 1: some file could not be scanned (the report says which), or scancode broke down (then there is no report).
    exits: { "0": "clean", "1": "findings" },
    errorLines: ["^Traceback", "^license scan: ", "[Rr]ebuilding", "\\bERROR\\b", "failed to scan"],
    outputs: ["scancode.json", "canary.json"],
    sensitive: false,
  };
  return { state: "planned", step, names: {} };
}

/** Encoding by path, of the files in which scancode by itself finds no text. */
function utf16(files: readonly InventoryFile[]): Record<string, string> {
  const wide = files.filter(({ encoding }) => encoding === "utf-16le" || encoding === "utf-16be");
  return Object.fromEntries(wide.map((file) => [pythonPath(file), file.encoding]));
}
