import { describe, expect, it } from "vitest";
import { cleanRecord } from "../../pipeline/advisories/record.ts";
import { Tally } from "../../pipeline/advisories/tally.ts";
import {
  CANARY_PREFIX,
  CANARY_VERSION,
  canaryPackages,
  canaryRecords,
} from "../../pipeline/findings/advisory-canary.ts";
import { packageKey } from "../../pipeline/findings/package-key.ts";
import { Ecosystem } from "../../schemas/common.ts";

const recordsOf = (ecosystem: string) => canaryRecords(ecosystem).map(({ bytes }) => JSON.parse(bytes.toString()));

describe.each(Ecosystem.options)("the made-up records of %s", (ecosystem) => {
  it("are one for each package, and named by it", () => {
    const packages = canaryPackages(ecosystem);
    expect(canaryRecords(ecosystem).map(({ id }) => id)).toEqual(packages.map(({ record }) => record));
    expect(recordsOf(ecosystem).map(({ id, affected }) => [id, affected[0].package])).toEqual(
      packages.map(({ name, record }) => [record, { ecosystem, name }]),
    );
    for (const { record } of packages) expect(record.startsWith(CANARY_PREFIX)).toBe(true);
  });

  it("are records that the pinned scanner reads as they are, and are in no other database", () => {
    for (const { id, bytes } of canaryRecords(ecosystem)) {
      const cleaned = cleanRecord(bytes, ecosystem, new Tally("npm"));
      expect(cleaned).toMatchObject({ state: "kept", id, withdrawn: false });
      expect(cleaned.state === "kept" && JSON.parse(cleaned.bytes.toString())).toEqual(JSON.parse(bytes.toString()));
    }
  });

  it("are found under the names that the scanner looks up", () => {
    for (const { name } of canaryPackages(ecosystem)) expect(packageKey(ecosystem, name)).toBe(name);
  });
});

describe("the made-up records", () => {
  it("cover the locked version, one by a list and one by a range", () => {
    const [listed, ranged] = recordsOf("npm").map(({ affected }) => affected);
    expect(listed).toEqual([
      { package: { ecosystem: "npm", name: "supply-gate-canary-version" }, versions: ["0.1.0"] },
    ]);
    expect(ranged).toEqual([
      {
        package: { ecosystem: "npm", name: "supply-gate-canary-range" },
        ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }, { fixed: "0.2.0" }] }],
      },
    ]);
    expect(CANARY_VERSION).toBe("0.1.0");
  });

  it("have different ids in every ecosystem, and the same bytes at every call", () => {
    const ids = Ecosystem.options.flatMap((ecosystem) => canaryPackages(ecosystem).map(({ record }) => record));
    expect(new Set(ids).size).toBe(2 * Ecosystem.options.length);
    expect(canaryRecords("Go")).toEqual(canaryRecords("Go"));
  });
});
