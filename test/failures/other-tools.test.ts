import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import { ROOT } from "../support/shared-data.ts";
import { plannedJobs } from "./replayed.ts";

/** A tree that has something for each tool that could be tempted. */
const FILES = {
  "package.json": '{"name": "demo"}',
  ".npmrc": "offline=true\n",
  "Cargo.lock": "version = 3\n",
  "Cargo.toml": '[package]\nname = "demo"\n',
  "deny.exceptions.toml": 'exceptions = [{ allow = ["AGPL-3.0"], crate = "demo" }]\n',
  ".cargo/config.toml": '[build]\nrustc = "./evil"\n',
};

const jobs = plannedJobs(FILES);

describe("tools that this gate does not run", () => {
  it("SC-2.7a: no job asks npm audit, which answers offline that all is well", () => {
    const words = jobs.flatMap(({ step }) => [step.tool, ...step.argv]);
    expect(words.filter((word) => /^(.*\/)?(npm|npx|pnpm|yarn|audit)$/.test(word))).toEqual([]);
  });

  it("SC-5a SC-S27 SC-S28 SC-S29: no job runs cargo-deny, cargo-audit or cargo, which obey files of the tree", () => {
    const words = jobs.flatMap(({ step }) => [step.tool, step.argv[0] as string, step.version.argv[0] as string]);
    expect(words.filter((word) => /cargo|deny|audit/.test(word))).toEqual([]);
  });

  it("SC-2.7a SC-5a: just four tools are pinned, each run by one kind, and each by its own program", () => {
    expect(Object.keys(PINS.tools).sort()).toEqual(["gitleaks", "osv-scanner", "scancode", "syft"]);
    expect(jobs.map(({ step }) => step.tool).sort()).toEqual(Object.keys(PINS.tools).sort());
    expect(
      readdirSync(join(ROOT, "pipeline/kinds"), { withFileTypes: true }).filter((entry) => entry.isDirectory()),
    ).toHaveLength(5);
    for (const { step } of jobs) {
      expect(step.argv[0]).toMatch(/^\{tool\}\//);
      expect(step.env["PATH"]).toBe("/nonexistent");
    }
  });
});
