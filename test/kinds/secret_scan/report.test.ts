import { describe, expect, it } from "vitest";
import type { RawOutput } from "../../../pipeline/kinds/kind.ts";
import { collectSecrets } from "../../../pipeline/kinds/secret_scan/reader.ts";
import { landmarksOf } from "../../../pipeline/tree/landmarks.ts";
import type { StagedHistory } from "../../../pipeline/tree/staged-history.ts";

type Entry = Record<string, unknown>;
type Place = readonly [startLine: number, startColumn: number, endLine: number, endColumn: number];

/** An entry as gitleaks writes it; columns on all lines but the first are one too many there. */
function entry(File: string, place: Place, RuleID = "key", Description = "d."): Entry {
  const [StartLine, StartColumn, EndLine, EndColumn] = place;
  return {
    ...{ RuleID, Description, StartLine, EndLine, StartColumn, EndColumn, Match: "REDACTED", Secret: "REDACTED" },
    ...{ File, SymlinkFile: "", Commit: "", Entropy: 4, Author: "", Email: "", Date: "", Message: "", Tags: [] },
    Fingerprint: `${File}:${RuleID}:${StartLine}`,
  };
}

const at = (startLine: number, startColumn: number, endLine: number, endColumn: number) => ({
  startLine,
  endLine,
  startColumn,
  endColumn,
});
const secret = (path: string, place: ReturnType<typeof at>, ruleId = "key") => ({
  ruleId,
  description: "d.",
  path,
  ...place,
});

function read(entries: readonly Entry[], more: Partial<RawOutput> = {}, bytes = 5000) {
  return collectSecrets({
    scanRoot: "/scan",
    names: {},
    hidden: new Set(),
    meaning: "findings",
    read: (name) => (name === "gitleaks.json" ? JSON.stringify(entries) : ""),
    stdout: "",
    stderr: `0:00AM INF scanned ~${bytes} bytes (5 kB) in 1s\n0:00AM WRN leaks found: ${entries.length}\n`,
    ...more,
  });
}

const NAMES = {
  "names.txt": '"plain.ts"\n"deep/tok_x/b.ts"\n"€/tok_z"\n',
  "names-1.txt": '"a/b/c.ts"\n',
  "canary.txt": "not a list of names\n",
};
const NAMES_BYTES = 11 + 18 + 12 + 11;

describe("gitleaks' report in its normal form", () => {
  it("is sorted by path and place, with each secret once, and the canaries apart", () => {
    const places: Place[] = [
      [10, 5, 10, 9],
      [9, 5, 9, 9],
      [9, 5, 9, 9],
      [9, 5, 11, 2],
      [9, 4, 9, 9],
      [9, 5, 9, 10],
      [1, 5, 1, 9],
      [0, 0, 0, 0],
    ];
    const found = read(
      [
        entry("config/canary.txt", [1, 1, 1, 9], "supply-gate-canary"),
        entry("tree/b", [1, 1, 1, 1]),
        ...places.map((place) => entry("tree/a", place)),
        entry("tree/a", [1, 5, 1, 9], "aws"),
        entry("staged/000001/c", [2, 3, 2, 4]),
        entry("staged/000002+1/c", [3, 3, 4, 5]),
        entry("staged/000003+1/c", [1, 1, 1, 7]),
        entry("tree/lost\ufffd", [1, 1, 1, 1]),
        entry("config/canary.txt", [2, 1, 2, 9], "github-pat"),
      ],
      { names: { "staged/000001/c": "z/c", "staged/000002+1/c": "y/c", "staged/000003+1/c": "x/c" } },
    );
    expect(found).toEqual({
      canaries: ["github-pat", "supply-gate-canary"],
      bytes: 5000,
      secrets: [
        secret("a", at(1, 1, 1, 1)),
        secret("a", at(1, 5, 1, 9), "aws"),
        secret("a", at(1, 5, 1, 9)),
        secret("a", at(9, 3, 9, 8)),
        secret("a", at(9, 4, 9, 8)),
        secret("a", at(9, 4, 9, 9)),
        secret("a", at(9, 4, 11, 1)),
        secret("a", at(10, 4, 10, 8)),
        secret("b", at(1, 1, 1, 1)),
        secret("x/c", at(1, 1, 1, 7)),
        secret("y/c", at(2, 2, 3, 4)),
        secret("z/c", at(2, 2, 2, 3)),
      ],
    });
  });

  it("tells a secret in a name of the folder or file that it ends in, and of the bytes only those of no list", () => {
    const found = read(
      [
        entry("config/names.txt", [2, 8, 2, 12]),
        entry("config/names.txt", [3, 8, 3, 12]),
        entry("config/names-1.txt", [1, 2, 1, 3]),
        entry("config/canary.txt", [1, 1, 1, 9], "supply-gate-canary"),
        entry("config/other.txt", [1, 1, 1, 9]),
        entry("tree/a/b", [0, 0, 0, 0]),
        // As long before the name as `config/`.
        entry("tree/x/names.txt", [1, 2, 1, 3]),
      ],
      { files: NAMES },
    );
    const named = { ...at(1, 1, 1, 1), inName: true };
    expect(found).toEqual({
      canaries: ["supply-gate-canary"],
      bytes: 5000 - NAMES_BYTES,
      secrets: [
        secret("a/b", at(1, 1, 1, 1)),
        secret("a/b", named),
        secret("deep/tok_x", named),
        secret("x/names.txt", at(1, 2, 1, 3)),
        secret("€/tok_z", named),
      ],
    });
    expect(read([], { files: NAMES }, NAMES_BYTES - 1).bytes).toBe(0);
  });

  it("tells a secret of a text that was staged in windows at its place in the source", () => {
    const windows = landmarksOf(Buffer.from(`\n${"x\n".repeat(75_000)}`));
    const sha256 = "0".repeat(64);
    const copies = [
      { source: { path: "long.env" }, sha256, to: "000007+1@/long.env", transform: "prefix-newline" as const, windows },
    ];
    const found = read(
      [entry("staged/000007+1@0+300/long.env", [305, 4, 305, 6]), entry("tree/long.env", [4, 4, 4, 6])],
      { copies },
    );
    expect(found.secrets).toEqual([secret("long.env", at(4, 3, 4, 5))]);
  });

  it.each<[string, Entry[], Partial<RawOutput>, string]>([
    ["an empty report", [], { read: () => "" }, "gitleaks report: found an empty document, expected a JSON document"],
    [
      "a file that was never staged",
      [entry("staged/000009/x", [1, 1, 1, 1])],
      {},
      "gitleaks report: a finding in a file that was never staged",
    ],
    [
      "a line that no list of names has",
      [entry("config/names.txt", [4, 1, 4, 2])],
      { files: NAMES },
      "gitleaks report: a finding in a name of no file",
    ],
    [
      "a list of names that was never given to it",
      [entry("config/names-2.txt", [1, 1, 1, 2])],
      { files: NAMES },
      "gitleaks report: a finding in a name of no file",
    ],
  ])("is refused for %s", (_what, entries, more, message) => {
    expect(() => read(entries, more)).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID", message }));
  });
});

const COMMIT = "1".repeat(40);
const OID = "2".repeat(40);
const CANARY = "3".repeat(40);
const SUMMARY = { commits: 1, sha256: "4".repeat(64), problems: [] };

describe("gitleaks' report beside a history", () => {
  const kept = `${"k".repeat(30)}\n`;
  const gone = `${"g".repeat(30)}\n`;
  const origin = (path: string, commit = COMMIT) => ({ commit, path, oid: OID, isNew: true, runs: [1, 1, 1] });
  const texts = new Map([
    ["0/kept", kept],
    ["0/gone", gone],
    ["0/canary", gone],
  ]);
  const trees = new Map([
    ["moved", kept + kept],
    ["changed", kept],
  ]);
  const history: StagedHistory = {
    summary: SUMMARY,
    pieces: new Map([
      ["0/kept", { shift: 0, origins: [origin("moved")] }],
      ["0/gone", { shift: 0, origins: [origin("changed")] }],
      ["0/canary", { shift: 0, origins: [origin("x", CANARY)] }],
    ]),
    bytes: 900,
    readPiece: (name) => Buffer.from(texts.get(name) ?? ""),
    readTree: (path) => (trees.has(path) ? Buffer.from(trees.get(path) ?? "") : undefined),
    canaries: new Map([[CANARY, "history-added"]]),
    order: new Map([[COMMIT, 0]]),
    staged: [{ commit: COMMIT, texts: 2, binaries: 1, gaps: [] }],
    remembered: [],
    problems: [],
  };
  const whole = at(1, 1, 1, 30);
  const place = { commit: COMMIT, oid: OID, ...whole };
  const nowhere = { commit: COMMIT, oid: OID, ...at(1, 1, 1, 1) };

  const entries = [
    entry("history/0/gone", [1, 1, 1, 30]),
    // A rule on the name alone.
    entry("history/0/kept", [0, 0, 0, 0], "named"),
    entry("history/0/kept", [1, 1, 1, 30]),
    entry("history/0/canary", [1, 1, 1, 30]),
    entry("tree/moved", [2, 2, 2, 31]),
    entry("tree/changed", [1, 1, 1, 30]),
    entry("tree/unread", [1, 1, 1, 30]),
    entry("config/canary.txt", [1, 1, 1, 9], "supply-gate-canary"),
    entry("config/canary.txt", [2, 1, 2, 9], "github-pat"),
    entry("config/names.txt", [1, 2, 1, 7], "named"),
  ];

  it("joins what the tree still holds with where it came from, and tells what it holds no longer", () => {
    expect(read(entries, { history, files: { "names.txt": '"moved"\n' } })).toEqual({
      canaries: ["github-pat", "history-added", "supply-gate-canary"],
      bytes: 5000 - 8 - 900,
      secrets: [
        secret("changed", whole),
        { ...secret("changed", whole), commit: COMMIT, history: [place] },
        { ...secret("moved", at(1, 1, 1, 1), "named"), inName: true },
        { ...secret("moved", at(1, 1, 1, 1), "named"), commit: COMMIT, history: [nowhere] },
        { ...secret("moved", at(2, 1, 2, 30)), history: [place] },
        secret("unread", whole),
      ],
      history: { ...SUMMARY, texts: 2, binaries: 1, gaps: [] },
    });
  });

  it("counts no byte of the tree when not even the history was read", () => {
    expect(read([], { history }, 899).bytes).toBe(0);
  });
});
