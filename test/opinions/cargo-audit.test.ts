import { describe, expect, it } from "vitest";
import { readCargoAudit } from "../../pipeline/opinions/cargo-audit.ts";
import type { Ran } from "../../pipeline/opinions/program.ts";
import { OpinionItem } from "../../schemas/opinion.ts";
import { recorded } from "./recorded.ts";

/** Without the canary's: RustSec's database of the recording, and the crates and the project of its lockfile. */
const EXPECTED = { advisories: 714, packages: 6 };
const CLEAN = { advisories: 714, packages: 2 };
const FINDINGS = recorded("cargo-audit-findings");

const refused = (ran: Ran, message: string, expected = EXPECTED) =>
  expect(() => readCargoAudit(ran, expected)).toThrow(
    expect.objectContaining({ code: "DOCUMENT_INVALID", message: expect.stringContaining(message) }),
  );
const changed = (from: string, to: string): Ran => ({ ...FINDINGS, stdout: FINDINGS.stdout.replace(from, to) });

describe("cargo-audit's answer", () => {
  it("is read: what it says of each crate, in order, without the canary", () => {
    const items = readCargoAudit(FINDINGS, EXPECTED);
    for (const item of items) OpinionItem.parse(item);
    expect(items.map(({ id, purl, class: what, severity }) => [id, purl, what, severity])).toEqual([
      ["RUSTSEC-2021-0145", "pkg:cargo/atty@0.2.14", "informational", "none"],
      ["RUSTSEC-2024-0375", "pkg:cargo/atty@0.2.14", "informational", "none"],
      ["RUSTSEC-2020-0159", "pkg:cargo/chrono@0.4.19", "vulnerability", "unknown"],
      ["RUSTSEC-2018-0018", "pkg:cargo/smallvec@0.6.9", "informational", "none"],
      ["RUSTSEC-2019-0009", "pkg:cargo/smallvec@0.6.9", "vulnerability", "critical"],
      ["RUSTSEC-2019-0012", "pkg:cargo/smallvec@0.6.9", "vulnerability", "critical"],
      ["RUSTSEC-2021-0003", "pkg:cargo/smallvec@0.6.9", "vulnerability", "critical"],
      ["RUSTSEC-2020-0071", "pkg:cargo/time@0.1.43", "vulnerability", "medium"],
    ]);
    expect(items[6]).toEqual({
      id: "RUSTSEC-2021-0003",
      aliases: ["CVE-2021-25900", "GHSA-43w2-9j62-hq99"],
      purl: "pkg:cargo/smallvec@0.6.9",
      class: "vulnerability",
      severity: "critical",
      severitySource: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
      title: "Buffer overflow in SmallVec::insert_many",
      detail: "patched: >=0.6.14, <1.0.0 || >=1.6.1",
    });
    expect([items[1]?.severitySource, items[1]?.detail]).toEqual(["unmaintained", "no patched version"]);
    expect(items[2]?.severitySource).toBe("none");
  });

  it("is clean when it found the canary alone", () => {
    expect(readCargoAudit(recorded("cargo-audit-clean"), CLEAN)).toEqual([]);
  });

  it("is none when the database did not load: that ends as findings do", () => {
    refused(recorded("cargo-audit-broken-database"), "cargo-audit: exit 1: found no report, expected JSON on stdout");
  });

  it("is none when the database is empty: that ends as clean does", () => {
    refused(recorded("cargo-audit-empty-database"), "exit 0: found no finding, expected exit 1 for the canary");
    refused({ ...recorded("cargo-audit-empty-database"), status: 1 }, "found 0 advisories, expected 715");
  });

  it("is none without a lockfile", () => {
    refused(recorded("cargo-audit-no-lockfile"), "exit 2: found no finding");
  });

  it("is none when it looked at fewer advisories or packages than there are", () => {
    refused(FINDINGS, "found 715 advisories, expected 716", { ...EXPECTED, advisories: 715 });
    refused(FINDINGS, "found 7 packages, expected 8", { ...EXPECTED, packages: 7 });
    refused(changed('"count":6', '"count":7'), "found 7 vulnerabilities, expected 6");
  });

  it("is none without the canary", () => {
    refused(changed("RUSTSEC-2000-9999", "RUSTSEC-2000-9998"), "found no canary, expected RUSTSEC-2000-9999");
  });

  it("is none when it is cut off, or a setting of somebody else's was obeyed", () => {
    refused({ ...FINDINGS, stdout: FINDINGS.stdout.slice(0, -10) }, "cargo-audit: found no JSON");
    refused(changed('"ignore":[]', '"ignore":["RUSTSEC-2019-0009"]'), "settings.ignore");
    refused(changed('"severity":null', '"severity":"high"'), "settings.severity");
    refused(changed('"vulnerabilities"', '"vulnerabilitys"'), "vulnerabilitys");
  });
});
