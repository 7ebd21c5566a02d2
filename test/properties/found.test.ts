import { describe, expect, it } from "vitest";
import { licenseCase, sbomCase } from "../failures/replayed.ts";
import { recordedCase, replay } from "../support/replay.ts";
import { changed, lost } from "./byte-change.ts";

/** Words whose last byte, changed at any of the places where they stand, once made a finding or a gap disappear. */
const FOUND = [
  ["vuln_scan", "malware", "osv-scanner.json", '"vulnerabilities', "z"],
  ["vuln_scan", "malware", "osv-scanner.json", '"id": "MAL-', "1"],
  ["vuln_scan", "aliases", "osv-scanner.json", '"vulnerabilities', "z"],
  ["vuln_scan", "includes", "osv-scanner.json", '"vulnerabilities', "z"],
  ["vuln_scan", "cvss-in-affected", "osv-scanner.json", "CVSS:3.1/AV:N", "L"],
  ["vuln_scan", "cvss-in-affected", "osv-scanner.json", '"ecosystem": "PyPI', "\u00ff"],
  ["vuln_scan", "go-without-severity", "osv-scanner.json", '"version": "1.2.3', "\u00ff"],
  ["secret_scan", "plain", "gitleaks.json", '"File": "tree/', "_"],
  ["secret_scan", "plain", "gitleaks.json", '"File": "tree/a.ts', "_"],
  ["license_scan", "odd", "scancode.json", "LicenseRef-scancode-u", "1"],
  ["license_scan", "odd", "scancode.json", " AND", "X"],
  ["sbom_generate", "unread-archive", "syft.json", '"unknowns', "z"],
  ["sbom_generate", "unread-archive", "syft.json", '"files', "z"],
  ["sbom_generate", "unread-archive", "syft.json", '"/tree', "z"],
] as const;

const load = (kind: (typeof FOUND)[number][0], name: string) =>
  kind === "sbom_generate" ? sbomCase(name) : kind === "license_scan" ? licenseCase(name) : recordedCase(kind, name);

describe("a byte that once made something disappear", () => {
  it.each(FOUND)("does so no more: in %s/%s, %s: %s", (kind, name, file, word, value) => {
    const { planned, recording } = load(kind, name);
    const good = replay(planned, recording);
    const text = recording.outputs[file] ?? "";
    const places = [...text.matchAll(new RegExp(escaped(word), "g"))].map(({ index }) =>
      Buffer.byteLength(text.slice(0, index + word.length - 1)),
    );
    expect(places.length).toBeGreaterThan(0);
    for (const offset of places) {
      const after = changed(recording, { file, offset, value: value.charCodeAt(0) });
      expect(after && lost(good, replay(planned, after))).toEqual([]);
    }
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
