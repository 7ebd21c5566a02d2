import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PUBLISHED } from "../../schemas/published.ts";
import { exampleText } from "./examples.ts";
import { EXAMPLES, faultsOf, SCHEMAS, schemaText } from "./published.ts";

const names = PUBLISHED.map(({ name }) => name);

describe("the published schemas (vitest -u writes them anew)", () => {
  it.each(PUBLISHED.map((each) => [each.name, each] as const))(
    "A-27 B-06: %s is made from the schema that this program reads it with",
    async (name, published) => {
      await expect(schemaText(published)).toMatchFileSnapshot(join(SCHEMAS, `${name}.schema.json`));
    },
  );

  it.each(PUBLISHED.map((each) => [each.name, each] as const))(
    "A-27: %s has an example, and it is valid by both",
    async (name, published) => {
      const text = exampleText(published);
      await expect(text).toMatchFileSnapshot(join(EXAMPLES, `${name}.json`));
      const example: unknown = JSON.parse(text);
      expect(faultsOf(name, example)).toEqual([]);
      expect(published.schema.safeParse(example).error).toBeUndefined();
    },
  );

  it("are all there is in their folders, sorted by name", () => {
    expect(names).toEqual(names.toSorted());
    expect(readdirSync(SCHEMAS).sort()).toEqual(names.map((name) => `${name}.schema.json`).sort());
    expect(readdirSync(EXAMPLES).sort()).toEqual(names.map((name) => `${name}.json`).sort());
  });
});
