import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { caseNames, goldenOf, recordedCase, replay } from "../support/replay.ts";

// Captured by ci/capture/<kind>.mjs with the pinned tools; the trees hold no secret, the capture makes one up.
describe.each(["secret_scan", "vuln_scan"] as const)("%s decides on recorded output:", (kind) => {
  it.each(caseNames(kind))("%s", async (name) => {
    const { planned, recording } = recordedCase(kind, name);
    const { verdict, job } = replay(planned, recording);
    const { state, problems, coverage, findings } = job;
    const golden = { verdict: verdict.verdict, state, problems, coverage, findings };
    await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(goldenOf(kind, name));
  });

  it.each(caseNames(kind))("%s was captured with the command that is planned now", (name) => {
    const { job } = recordedCase(kind, name).planned;
    const command = readFileSync(join(goldenOf(kind, name), "../command"), "utf8");
    expect(command.split("\n")[0]).toBe(job.step.argv.join(" "));
  });
});
