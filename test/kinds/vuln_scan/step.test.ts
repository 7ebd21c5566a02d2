import { expect, it } from "vitest";
import { makePlan } from "../../../pipeline/plan/plan.ts";
import { requestOf } from "../../support/plan-request.ts";
import { makeTree } from "../../support/tree.ts";

const ADVISORIES = {
  snapshotId: "0".repeat(64),
  newestModified: "2026-01-01T00:00:00.000Z",
  ecosystems: { PyPI: 1 },
};

function givenLockfiles(files: Readonly<Record<string, string>>): string[] {
  const { plan } = makePlan(requestOf(makeTree(files), { advisories: ADVISORIES, only: "vuln_scan" }));
  const job = plan.jobs.find(({ kind }) => kind === "vuln_scan");
  if (job?.state !== "planned") throw new Error(`vuln_scan is ${job?.state}`);
  return job.step.argv.filter((argument) => argument.includes("{scan}/staged/"));
}

it("is not given a file that includes another outside of the tree: osv-scanner would read what lies there", () => {
  const outside = {
    "requirements.txt": "-r ../../../etc/passwd\nflask==2.0.0\n",
    "other/requirements.txt": "idna==3.4\n",
  };
  expect(givenLockfiles(outside)).toEqual(["requirements.txt:{scan}/staged/other/requirements.txt"]);
});

it("is given a file that includes another of the tree", () => {
  const inside = { "requirements.txt": "-r base.in\nflask==2.0.0\n", "base.in": "idna==3.4\n" };
  expect(givenLockfiles(inside)).toEqual(["requirements.txt:{scan}/staged/requirements.txt"]);
});
