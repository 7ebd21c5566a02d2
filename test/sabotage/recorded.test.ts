import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "../../pipeline/advisories/build.ts";
import { PINS } from "../../pipeline/cli/pins.ts";
import type { Case } from "../../pipeline/sabotage/case.ts";
import { recordedCases } from "../../pipeline/sabotage/recorded.ts";
import { openReplay } from "../../pipeline/sabotage/replay.ts";
import { sumOf } from "../../pipeline/sabotage/table.ts";
import { tryAll } from "../../pipeline/sabotage/try-all.ts";
import { ROOT } from "../support/shared-data.ts";
import { DOORS } from "./doors.ts";
import { recordingOf } from "./recordings.ts";

// Of each kind one run in which nothing was found, so that only canaries, coverage and endings can notice, and one with findings.
const RUNS = [
  ["secret_scan", "go-sum", "PASSED"],
  ["secret_scan", "plain", "FAILED"],
  ["vuln_scan", "clean", "PASSED"],
  ["vuln_scan", "aliases", "FAILED"],
  ["sbom_generate", "every-format", "PASSED"],
  ["sbom_generate", "empty", "PASSED"],
  ["license_scan", "permissive", "PASSED"],
  ["license_scan", "odd", "FAILED"],
] as const;
const REPLAYS = RUNS.map(([kind, name]) => openReplay(recordingOf(kind, name)));
const SNAPSHOT = join(mkdtempSync(join(tmpdir(), "supply-gate-test-")), "snapshot");
await buildSnapshot(join(ROOT, "examples/demo/advisories"), SNAPSHOT);
const CASES = recordedCases({ replays: REPLAYS, doors: DOORS, snapshot: SNAPSHOT, pins: PINS });

const tried = (cases: readonly Case[]) => tryAll(cases, new AbortController().signal, () => {});
const groups = [...new Set(CASES.map(({ run, group }) => `${run}: ${group}`))];
const casesOf = (group: string) => CASES.filter((each) => `${each.run}: ${each.group}` === group);

describe("sabotage of what was recorded", () => {
  it.each(RUNS.map((run, index) => [...run, index] as const))(
    "attacks %s/%s, which untouched ends %s",
    (_kind, _name, verdict, index) => {
      expect(REPLAYS[index]?.untouched.verdict.verdict).toBe(verdict);
    },
  );

  it("tries a thousand cases and more", () => {
    expect(CASES.length).toBeGreaterThan(1000);
  });

  it.each(groups)("%s: none ends PASSED, loses a finding or breaks the gate", async (group) => {
    const { green } = sumOf(await tried(casesOf(group)));
    expect(green.map(({ name, result, outcome }) => `${name}: ${result}: ${outcome.noticed} ${outcome.lost}`)).toEqual(
      [],
    );
  });

  it("gives a reason for each attack that it can't notice, and no reason that is not needed", async () => {
    const said = CASES.filter(({ unnoticed }) => unnoticed !== undefined);
    const { known } = sumOf(await tried(said));
    const reasons = (cases: readonly { unnoticed?: string | undefined }[]) =>
      [...new Set(cases.map(({ unnoticed }) => unnoticed))].sort();
    expect(reasons(known)).toEqual(reasons(said));
  });
});
