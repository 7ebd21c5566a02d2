import { describe, expect, it } from "vitest";
import type { RawOutput } from "../../../pipeline/kinds/kind.ts";
import { collectSecrets } from "../../../pipeline/kinds/secret_scan/reader.ts";

/** What the rules' own file always shows. */
const CANARY = { File: "config/gitleaks.toml" };

const raw = (text: string, names: Record<string, string> = {}): RawOutput => ({
  scanRoot: "/scan",
  names,
  hidden: new Set(),
  meaning: "findings",
  read: () => text,
  stdout: "",
  stderr: "",
});
const entry = (more: object) => ({
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
  ...more,
});

describe("collectSecrets", () => {
  it("keeps rule and place, and nothing of what was found", () => {
    expect(collectSecrets(raw(JSON.stringify([entry({}), entry(CANARY)])))).toEqual({
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
    expect(collectSecrets(raw(JSON.stringify([entry(CANARY)])))).toEqual({ secrets: [] });
  });

  it.each([
    ["an empty file", ""],
    ["half a document", '[{"RuleID": "x"'],
    ["another document", "{}"],
    ["an entry without a line", JSON.stringify([{ ...entry({}), StartLine: undefined }, entry(CANARY)])],
    ["a file that was never staged", JSON.stringify([entry({ File: "staged/9/other" }), entry(CANARY)])],
    ["a report in which the canary was not found", JSON.stringify([entry({})])],
  ])("refuses %s", (_what, text) => {
    expect(() => collectSecrets(raw(text))).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID" }));
  });
});
