import { join } from "node:path";
import { expect, it } from "vitest";
import { buildSnapshot } from "../../pipeline/advisories/build.ts";
import { inspectSnapshot } from "../../pipeline/advisories/inspect.ts";
import { makeTree } from "../support/tree.ts";
import { advisory, affected, zipOf } from "./records.ts";

const vector = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }];
const other = affected({ package: { ecosystem: "npm", name: "lodash-es" } });
const NPM = [
  advisory("GHSA-1", { database_specific: { severity: "HIGH" } }),
  advisory("MAL-1", { affected: [other] }),
  advisory("CVE-1", { severity: vector, affected: [other, affected()], withdrawn: "2024-01-01T00:00:00Z" }),
  advisory("CVE-2", { affected: [affected({ severity: vector })] }),
  advisory("CVE-3"),
];
const PYPI = [advisory("P-1", { affected: [{ package: { ecosystem: "PyPI", name: "jw.util" }, versions: ["1"] }] })];

async function built(): Promise<string> {
  const to = join(makeTree({}), "snapshot");
  await buildSnapshot(makeTree({ "npm/all.zip": zipOf(NPM), "PyPI/all.zip": zipOf(PYPI) }), to);
  return to;
}

it("counts what the records of each ecosystem say", async () => {
  expect((await inspectSnapshot(await built())).ecosystems).toEqual([
    {
      name: "PyPI",
      records: 1,
      withdrawn: 0,
      malware: 0,
      withoutSeverity: 1,
      newestModified: "2024-05-06T07:08:09.000Z",
    },
    {
      name: "npm",
      records: 5,
      withdrawn: 1,
      malware: 1,
      withoutSeverity: 2,
      newestModified: "2024-05-06T07:08:09.000Z",
    },
  ]);
});

it("finds the advisories for one package, each with the entries for that package only", async () => {
  const { advisories } = await inspectSnapshot(await built(), "npm:lodash");
  expect(advisories?.map(({ id }) => id)).toEqual(["CVE-1", "CVE-2", "CVE-3", "GHSA-1"]);
  expect(advisories?.[0]?.affected).toEqual([affected()]);
});

it("looks a PyPI package up by any of its spellings", async () => {
  const dir = await built();
  for (const name of ["jw.util", "JW_Util", "jw-util"]) {
    expect((await inspectSnapshot(dir, `PyPI:${name}`)).advisories?.map(({ id }) => id)).toEqual(["P-1"]);
  }
  expect((await inspectSnapshot(dir, "PyPI:flask")).advisories).toEqual([]);
});

it.each(["lodash", "npm:", ":lodash", "Go:stdlib"])(
  "refuses to answer for %s: it would look like nothing is known",
  async (name) => {
    await expect(inspectSnapshot(await built(), name)).rejects.toMatchObject({ code: "USAGE_INVALID" });
  },
);
