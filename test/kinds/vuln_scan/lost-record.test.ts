import { describe, expect, it } from "vitest";
import { vulnScan } from "../../../pipeline/kinds/vuln_scan/index.ts";
import { recordedCase, replay } from "../../support/replay.ts";

describe("a stored report of vuln_scan", () => {
  it("is refused when a package has the id of a record that is not there: the finding would be lost", () => {
    const { planned, recording } = recordedCase("vuln_scan", "aliases");
    const report = replay(planned, recording).input.evidence.get("vuln_scan")?.report as { records: unknown[] };
    expect(() => vulnScan.read(report)).not.toThrow();
    expect(() => vulnScan.read({ ...report, records: report.records.slice(1) })).toThrowError(
      /records.*expected the record of each id|expected the record of each id.*records/s,
    );
  });
});
