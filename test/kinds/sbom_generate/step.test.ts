import { describe, expect, it } from "vitest";
import type { PlanInput } from "../../../pipeline/kinds/kind.ts";
import { planSbomGenerate } from "../../../pipeline/kinds/sbom_generate/step.ts";
import pins from "../../../pipeline/pins/tools.json" with { type: "json" };
import { takeInventory } from "../../../pipeline/plan/inventory.ts";
import { Step } from "../../../schemas/step.ts";
import { SYFT_VERSION } from "../../../schemas/syft.ts";
import { makeTree } from "../../support/tree.ts";
import { recorded } from "./case.ts";

function stepFor(files: Readonly<Record<string, string>>, exclude: readonly string[] = []): Step {
  const inventory = takeInventory(makeTree(files), { policy: exclude });
  const input = { inventory, pin: { versionArgv: ["{tool}/syft", "version"], versionPattern: "x" } };
  const planned = planSbomGenerate(input as unknown as PlanInput);
  if (planned.state !== "planned") throw new Error("not planned");
  return Step.parse(planned.step);
}

describe("plan", () => {
  it("runs the version whose report the schema was read from", () => {
    expect(pins.tools.syft.version).toBe(SYFT_VERSION);
  });

  it("is the command that the fixtures were recorded with", () => {
    const { argv } = stepFor({ "a.txt": "" });
    expect(recorded("empty", "command")).toBe(`${argv.join(" ")}\nsyft 1.52.0\n`);
  });

  it("hides version control, what the policy leaves out, and installed dependencies", () => {
    const files = { ".git/config": "", "b/.git/HEAD": "", "old/x.js": "", "a/node_modules/x/y.js": "", "z.js": "" };
    const { staging } = stepFor(files, ["old"]);
    expect(staging.tree?.hide.map(({ path }) => path).sort()).toEqual([".git", "a/node_modules", "b/.git", "old"]);
  });

  it("asks nothing of the network or of the host", () => {
    const { staging, env } = stepFor({ "a.txt": "" });
    expect(env["PATH"]).toBe("/nonexistent");
    expect(staging.files["syft.yaml"]).not.toMatch(/(search-remote-licenses|use-network|use-packages-lib): true/);
  });

  it.each([
    ['[0000]  WARN unable to access path="/scan/tree/closed": open /scan/tree/closed: permission denied', true],
    ["[0000] ERROR could not determine source: no source providers were able to resolve the input", true],
    ["[0002] ERROR unable to parse yarn v2 package key key=@bad", true],
    ["panic: runtime error: index out of range", true],
    ["[0002] ERROR unable to parse yarn v2 package key key=__metadata", false],
    ["[0000]  WARN no explicit name and version provided for directory source", false],
  ])("takes the line %j as an error: %s", (line, expected) => {
    const { errorLines } = stepFor({ "a.txt": "" });
    expect(errorLines.some((source) => new RegExp(source).test(line))).toBe(expected);
  });
});
