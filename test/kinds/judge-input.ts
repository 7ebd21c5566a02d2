import type { JudgeInput } from "../../pipeline/kinds/kind.ts";
import type { Lockfile } from "../../schemas/lockfile.ts";
import type { Staging, Step } from "../../schemas/step.ts";
import { inventoryOf, POLICY } from "./license_scan/tree.ts";

/** What a kind's judge is given for an empty tree, but for what the test is about. */
export function judgeInput<Report>(report: Report, more: Partial<JudgeInput<Report>> = {}): JudgeInput<Report> {
  return {
    ...{
      report,
      inventory: inventoryOf([]),
      lockfiles: [],
      policy: POLICY,
      mode: "review",
      step: undefined,
      names: {},
    },
    components: { components: [], dependencies: [] },
    ...more,
  };
}

/** A step that stages this; the rest of it does not matter to a judge. */
export function stepWith(staging: Partial<Staging>): Step {
  return {
    ...{ id: "step", tool: "tool", argv: ["tool"], cwd: "{scan}", env: {}, exits: {}, errorLines: [], outputs: [] },
    version: { argv: ["tool", "--version"], pattern: "(.*)" },
    staging: { copies: [], files: {}, extracts: {}, advisories: false, ...staging },
    limits: { wallMs: 1, cpuMs: 1, memoryBytes: 1, outputBytes: 1 },
    sensitive: false,
  };
}

/** A lockfile of npm's with these packages, `name@version` each, of its registry and needed at run time. */
export function lockfileOf(path: string, packages: readonly string[], more: Partial<Lockfile> = {}): Lockfile {
  return { path, format: "package-lock", packages: packages.map((text) => locked(text)), gaps: [], ...more };
}

export function locked(text: string, more: Partial<Lockfile["packages"][number]> = {}): Lockfile["packages"][number] {
  const [name = "", version = ""] = text.split("@");
  return { name, version, ecosystem: "npm", dev: false, origin: "registry", ...more };
}
