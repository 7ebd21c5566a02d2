import { describe, expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { recordedResults } from "./recorded-results.ts";

describe("supply-gate fix", () => {
  it("says what stays red, and that malware is removed, not updated", async () => {
    const { cwd, advisories } = recordedResults("vuln_scan", "malware");
    const ended = await gate(["fix", "--dry-run", "--advisories", advisories], { cwd });
    expect(ended).toMatchObject({ status: 1, stderr: "" });
    expect(ended.stdout).toMatch(
      /^what stays red\n {2}supply-gate-demo-evil \S+ \(MAL-0000-0001\): it is malware: remove it\n$/,
    );
  });

  it("changes nothing without --dry-run, and takes no other snapshot than the run's", async () => {
    const { cwd } = recordedResults("vuln_scan", "malware");
    expect(await gate(["fix"], { cwd })).toMatchObject({ status: 2, stderr: expect.stringContaining("--dry-run") });
    const other = recordedResults("vuln_scan", "aliases").advisories;
    expect(await gate(["fix", "--dry-run", "--advisories", other], { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("ADVISORIES_INVALID: fix: found the snapshot"),
    });
  });
});
