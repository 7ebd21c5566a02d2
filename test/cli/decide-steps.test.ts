import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import type { DecisionInput } from "../../pipeline/decide/decide.ts";
import { rekeyed } from "../../pipeline/plan/rekey.ts";
import { policyDigest } from "../../pipeline/policy/read-policy.ts";
import { conclude } from "../../pipeline/report/conclusion.ts";
import { documents } from "../../pipeline/report/documents.ts";
import { openReplay } from "../../pipeline/sabotage/replay.ts";
import { Verdict } from "../../schemas/verdict.ts";
import { DOORS } from "../sabotage/doors.ts";
import { recordingOf } from "../sabotage/recordings.ts";
import { makeSnapshot } from "../support/made-snapshot.ts";
import { makeTree } from "../support/tree.ts";

const RECORDED = recordingOf("vuln_scan", "aliases");

/** What an engine hands to the first decision, the steps' files changed by `change`. */
async function decided(
  advisories: string | undefined,
  change = (text: string) => text,
  more: Partial<DecisionInput> = {},
): Promise<Verdict> {
  const { recording, input: untouched } = openReplay(RECORDED);
  const changed = { ...untouched, ...more };
  const policySha256 = policyDigest(changed.policy);
  const input = { ...changed, plan: rekeyed(changed.plan, { ...changed, policySha256, pins: PINS }) };
  const planned = [...documents(conclude(input))].map(([path, text]) => [`planned/${path}`, text] as const);
  const steps = recording.steps.flatMap(({ job, left }) =>
    Object.entries(left).map(([name, text]) => [`steps/${job.step.id}/${name}`, change(text)] as const),
  );
  const folder = makeTree({ "planned/evidence/register.json": "null", "steps/egress": "blocked" });
  for (const [path, text] of [...planned, ...steps]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const places = { planned: join(folder, "planned"), steps: join(folder, "steps"), to: join(folder, "out") };
  await DOORS.decideSteps({ ...places, source: recording.root, advisories });
  return Verdict.parse(JSON.parse(readFileSync(join(places.to, "verdict.json"), "utf8")));
}

describe("decide over what the steps of an engine left", () => {
  it("holds the report against the snapshot that the plan names", async () => {
    const verdict = await decided(RECORDED.advisories);
    expect([verdict.verdict, verdict.incomplete]).toEqual(["FAILED", []]);
    const changed = await decided(RECORDED.advisories, (text) => text.replaceAll("Made up: ", "Made up:  "));
    expect(changed.incomplete.map(({ code }) => code)).toContain("advisory-changed");
  });

  it("counts the exploit lists that the plan carries, and refuses others than the policy names", async () => {
    const { input } = openReplay(RECORDED);
    const kev = { file: "kev.json", sha256: "a".repeat(64) };
    const policy = { ...input.policy, intelligence: { kev } };
    const exploits = {
      kev: { sha256: kev.sha256, version: "1" },
      epss: null,
      entries: { "CVE-0000-0001": { kev: true } },
    };
    const known = { ...input.known, exploits };
    const verdict = await decided(RECORDED.advisories, undefined, { policy, known });
    expect(verdict.verdict).toBe("FAILED");
    await expect(decided(RECORDED.advisories, undefined, { policy })).rejects.toThrow(
      `evidence/known.json: found the list kev with the digest none, expected ${kev.sha256}`,
    );
    await expect(decided(RECORDED.advisories, undefined, { known })).rejects.toThrow(
      `found the list kev with the digest ${kev.sha256}, expected none`,
    );
  });

  it("does not decide without that snapshot, or beside another one", async () => {
    const other = makeSnapshot({ npm: [{ id: "A-1", affected: [{ package: { ecosystem: "npm", name: "a" } }] }] });
    await expect(decided(undefined)).rejects.toThrow(
      /^plan\.json: found the advisory snapshot none, expected [0-9a-f]{64}$/,
    );
    await expect(decided(other.dir)).rejects.toThrow(
      `found the advisory snapshot ${other.summary.snapshotId}, expected`,
    );
  });
});
