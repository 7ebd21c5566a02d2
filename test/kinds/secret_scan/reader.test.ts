import { describe, expect, it } from "vitest";
import type { RawOutput } from "../../../pipeline/kinds/kind.ts";
import { collectSecrets } from "../../../pipeline/kinds/secret_scan/reader.ts";

/** What our own file beside the tree always shows. */
const CANARY = { RuleID: "supply-gate-canary", File: "config/canary.txt" };

const WORDS = (findings: number) =>
  `0:00AM INF scanned ~97000 bytes (97.00 KB) in 1s\n0:00AM WRN leaks found: ${findings}\n`;
const raw = (text: string, names: Record<string, string> = {}, stderr = WORDS(countIn(text))): RawOutput => ({
  scanRoot: "/scan",
  names,
  hidden: new Set(),
  meaning: "findings",
  read: () => text,
  stdout: "",
  stderr,
});
const countIn = (text: string) => text.split("RuleID").length - 1;
const entry = (more: object) => {
  const all = { ...ENTRY, ...more };
  return { ...all, Fingerprint: `${all.File}:${all.RuleID}:${all.StartLine}` };
};
const ENTRY = {
  RuleID: "generic-api-key",
  Description: "Detected a key.",
  File: "tree/a.ts",
  StartLine: 3,
  EndLine: 3,
  StartColumn: 9,
  EndColumn: 21,
  Match: "key = REDACTED",
  Secret: "REDACTED",
  Message: "commit message",
  Author: "someone",
  Email: "",
  Date: "",
  Commit: "",
  SymlinkFile: "",
  Entropy: 4.5,
  Tags: [],
};

describe("collectSecrets", () => {
  it("C-14: keeps rule and place, and nothing of what was found", () => {
    expect(collectSecrets(raw(JSON.stringify([entry({}), entry(CANARY)])))).toEqual({
      canaries: ["supply-gate-canary"],
      bytes: 97_000,
      secrets: [
        {
          ruleId: "generic-api-key",
          description: "Detected a key.",
          path: "a.ts",
          startLine: 3,
          endLine: 3,
          startColumn: 8,
          endColumn: 20,
        },
      ],
    });
  });

  it("sorts and drops what is reported twice", () => {
    const list = [entry({ File: "tree/b.ts" }), entry({}), entry({ RuleID: "aws" }), entry({}), entry(CANARY)];
    const places = collectSecrets(raw(JSON.stringify(list))).secrets.map(({ path, ruleId }) => `${path} ${ruleId}`);
    expect(places).toEqual(["a.ts aws", "a.ts generic-api-key", "b.ts generic-api-key"]);
  });

  it("speaks of the source's own path and line for a staged file", () => {
    const names = { "staged/000001+1/x.env": "deep/x.env" };
    const report = JSON.stringify([entry({ File: "staged/000001+1/x.env" }), entry(CANARY)]);
    const [secret] = collectSecrets(raw(report, names)).secrets;
    expect(secret).toMatchObject({ path: "deep/x.env", startLine: 2, endLine: 2 });
  });

  it("passes over our own configuration, which holds the rules", () => {
    const report = JSON.stringify([entry({ File: "config/gitleaks.toml" }), entry({ File: "config/empty" })]);
    expect(collectSecrets(raw(report))).toEqual({ canaries: [], bytes: 97_000, secrets: [] });
  });

  it("names the rules that fired in the canary, and takes them out of what is found", () => {
    const list = [entry(CANARY), entry({ ...CANARY, RuleID: "github-pat" }), entry(CANARY)];
    const report = { canaries: ["github-pat", "supply-gate-canary"], bytes: 97_000, secrets: [] };
    expect(collectSecrets(raw(JSON.stringify(list)))).toEqual(report);
  });

  it.each(["tree/config/canary.txt", "tree/canary.txt", "config/gitleaks.toml"])(
    "takes nothing in %s for the canary",
    (File) => {
      expect(collectSecrets(raw(JSON.stringify([entry({ ...CANARY, File })]))).canaries).toEqual([]);
    },
  );

  it.each([
    ["an empty file", ""],
    ["half a document", '[{"RuleID": "x"'],
    ["another document", "{}"],
    ["an entry without a line", JSON.stringify([{ ...entry({}), StartLine: undefined }, entry(CANARY)])],
    ["a file that was never staged", JSON.stringify([entry({ File: "staged/9/other" }), entry(CANARY)])],
  ])("refuses %s", (_what, text) => {
    expect(() => collectSecrets(raw(text))).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
  });

  it.each([
    ["counts otherwise than its report", WORDS(2)],
    ["does not say how many findings there are", "0:00AM INF scanned ~97000 bytes (97.00 KB) in 1s\n"],
    ["does not say how many bytes it read", "0:00AM WRN leaks found: 1\n"],
    ["says nothing", ""],
  ])("refuses the report of a run that %s", (_what, stderr) => {
    const report = raw(JSON.stringify([entry(CANARY)]), {}, stderr);
    expect(() => collectSecrets(report)).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
  });

  it.each([
    ["another rule", { RuleID: "x" }],
    ["another file", { File: "tree/b.ts" }],
    ["another line", { StartLine: 4 }],
    ["a secret in plain text", { Secret: "in plain text" }],
    ["a field of no version that we know", { Link: "https://example.invalid" }],
  ])("refuses an entry with %s", (_what, more) => {
    const report = raw(JSON.stringify([{ ...entry(CANARY), ...more }]));
    expect(() => collectSecrets(report)).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
  });
});
