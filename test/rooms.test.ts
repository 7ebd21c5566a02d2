import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support/shared-data.ts";

const BREACHES = join(ROOT, "fixtures/rooms");
const { options, ...ruleSet } = JSON.parse(readFileSync(join(ROOT, ".dependency-cruiser.json"), "utf8"));
const rules: string[] = ruleSet.forbidden.map(({ name }: { name: string }) => name);

/** The rules that a tree breaks, each once, and how many modules were looked at. */
async function look(baseDir: string): Promise<{ broken: string[]; modules: number }> {
  const { tsConfig: _, ...rest } = options;
  const folders = ["pipeline", "schemas"].filter((folder) => existsSync(join(baseDir, folder)));
  const { output } = await cruise(folders, {
    ...rest,
    baseDir,
    validate: true,
    ruleSet: ruleSet as IFlattenedRuleSet,
  });
  const { summary } = output as ICruiseResult;
  return {
    broken: [...new Set(summary.violations.map(({ rule }) => rule.name))],
    modules: summary.totalCruised,
  };
}

describe("the rooms", () => {
  it("have a planted breach for each rule", () => {
    expect(readdirSync(BREACHES).sort()).toEqual(rules.toSorted());
  });

  it.each(rules)("%s: fires on its planted breach, and no other rule does", async (rule) => {
    expect(await look(join(BREACHES, rule))).toEqual({ broken: [rule], modules: 2 });
  });

  it("are kept by the real tree", async () => {
    const { broken, modules } = await look(ROOT);
    expect(broken).toEqual([]);
    expect(modules).toBeGreaterThan(100);
  });
});
