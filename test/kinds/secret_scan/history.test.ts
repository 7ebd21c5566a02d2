import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type Memory, NO_MEMORY } from "../../../pipeline/history/memory.ts";
import type { RawOutput } from "../../../pipeline/kinds/kind.ts";
import { secretScan } from "../../../pipeline/kinds/secret_scan/index.ts";
import type { SecretReport } from "../../../pipeline/kinds/secret_scan/reader.ts";
import { makePlan, type Planning } from "../../../pipeline/plan/plan.ts";
import type { StagedHistory } from "../../../pipeline/tree/staged-history.ts";
import { GIT, type MadeRepository, makeRepository } from "../../support/made-repository.ts";
import { requestOf } from "../../support/plan-request.ts";
import { stagedHistory } from "../../support/staged.ts";

/** A made-up token, the same for the same word. */
const token = (word: string) => ["tok", createHash("sha256").update(word).digest("hex").slice(0, 20)].join("_");

/** As gitleaks reports: columns on all lines but the first are one too many, and a rule on the name alone gives no line. */
function scan(file: string, text: string) {
  const at = (index: number) => {
    const before = text.slice(0, index).split("\n");
    return { line: before.length, column: (before.at(-1) ?? "").length + (before.length > 1 ? 2 : 1) };
  };
  const rest = { SymlinkFile: "", Commit: "", Entropy: 4, Author: "", Email: "", Date: "", Message: "", Tags: [] };
  const entry = (
    RuleID: string,
    place: { StartLine: number; StartColumn: number; EndLine: number; EndColumn: number },
  ) => {
    const own = { RuleID, Description: "d.", ...place, Match: "REDACTED", Secret: "REDACTED", File: file };
    return { ...own, ...rest, Fingerprint: `${file}:${RuleID}:${place.StartLine}` };
  };
  const found = [...text.matchAll(/tok_[0-9a-f]{20}|BEGIN[\s\S]*?END|canary(?=\n)/g)].map((match) => {
    const [start, end] = [at(match.index), at(match.index + match[0].length - 1)];
    const ruleId = match[0].startsWith("BEGIN") ? "key" : "token";
    return entry(ruleId, {
      StartLine: start.line,
      StartColumn: start.column,
      EndLine: end.line,
      EndColumn: end.column,
    });
  });
  const noPlace = { StartLine: 0, StartColumn: 0, EndLine: 0, EndColumn: 0 };
  return file.endsWith(".p") ? [...found, entry("name", noPlace)] : found;
}

describe.skipIf(GIT === undefined)("secrets in the history (needs git)", () => {
  let repository: MadeRepository;
  let planning: Planning;
  let staged: StagedHistory;
  const tree = new Map<string, string>();
  const write = (path: string, content: string) => {
    mkdirSync(join(repository.root, path, ".."), { recursive: true });
    writeFileSync(join(repository.root, path), content);
    tree.set(path, content);
  };
  const remove = (path: string) => {
    rmSync(join(repository.root, path));
    tree.delete(path);
  };

  beforeEach(() => {
    repository = makeRepository();
    tree.clear();
  });

  async function collected(memory: Memory = NO_MEMORY, drop: (file: string) => boolean = () => false) {
    const opened = await stagedHistory(repository.root, memory);
    if (opened.staged === null) throw new Error("not staged");
    const read = (path: string) => Buffer.from(tree.get(path) ?? "");
    staged = { ...opened.staged, readTree: (path) => (tree.has(path) ? read(path) : undefined) };
    planning = makePlan(requestOf(repository.root, { only: "secret_scan", history: opened.summary }));
    const pieces = [...staged.pieces.keys()].flatMap((name) =>
      scan(`history/${name}`, staged.readPiece(name).toString()),
    );
    const found = [...[...tree].flatMap(([path, text]) => scan(`tree/${path}`, text)), ...pieces].filter(
      ({ File }) => !drop(File),
    );
    return secretScan.collect(rawOf(found.reverse(), 1_000_000 + staged.bytes));
  }

  function rawOf(found: readonly object[], bytes: number): RawOutput {
    return {
      scanRoot: "/scan",
      names: {},
      hidden: new Set(),
      read: () => JSON.stringify(found),
      stdout: "",
      stderr: `0:00AM INF scanned ~${bytes} bytes (1 MB) in 1s\n0:00AM WRN leaks found: ${found.length}\n`,
      meaning: "findings",
      history: staged,
    };
  }

  function judged(report: SecretReport, change: Partial<NonNullable<StagedHistory["summary"]>> = {}) {
    const job = planning.plan.jobs.find(({ kind }) => kind === "secret_scan");
    if (job?.state !== "planned") throw new Error("not planned");
    const history = { ...staged.summary, ...change };
    const step = { ...job.step, staging: { ...job.step.staging, history } };
    const { inventory, lockfiles } = planning;
    const components = { components: [] } as never;
    return secretScan.judge({
      report,
      inventory,
      lockfiles,
      components,
      policy: requestOf(repository.root).policy,
      mode: "review",
      step,
      names: {},
    });
  }

  it("are told with commit, path and line when the tree holds them no longer", async () => {
    write("a", `x\nkey = ${token("old")}\n`);
    const commit = repository.commit("adds");
    write("a", "x\n");
    repository.commit("removes");
    const report = await collected();
    const place = { startLine: 2, endLine: 2, startColumn: 7, endColumn: 30 };
    const oid = repository.git("rev-parse", `${commit}:a`);
    expect(report.secrets).toEqual([
      { ruleId: "token", description: "d.", path: "a", commit, ...place, history: [{ commit, oid, ...place }] },
    ]);
    const { findings, problems, canaries, coverage } = judged(report);
    expect(findings).toEqual([
      expect.objectContaining({
        class: "secret",
        locations: [{ path: "a", commit, ...place }],
        detail: "no longer in the tree, brought by one commit",
      }),
    ]);
    expect(problems).toEqual([]);
    expect(canaries.found).toEqual(["history-added", "history-merged", "history-message"]);
    expect(canaries.expected).toEqual(expect.arrayContaining(canaries.found as string[]));
    expect(coverage.parts.slice(1)).toEqual([
      { unit: "commits", expected: 2, seen: 2, leftOut: [] },
      { unit: "versions of files and messages", expected: 4, seen: 4, leftOut: [] },
    ]);
    expect(JSON.stringify(report)).not.toContain(token("old"));
  });

  it("are one finding with those of the tree, wherever in the file they stand now", async () => {
    write("a", `${token("kept")}\n`);
    const commit = repository.commit("adds");
    write("a", `one\ntwo\n${token("kept")}\n`);
    repository.commit("moves it down");
    const { findings } = judged(await collected());
    expect(findings.map(({ locations }) => locations)).toEqual([
      [
        expect.objectContaining({ path: "a", startLine: 3 }),
        expect.objectContaining({ path: "a", startLine: 1, commit }),
      ],
    ]);
  });

  it("are told once for all commits that bring them, and apart for another path or another text", async () => {
    const commits: string[] = [];
    for (const turn of [1, 2]) {
      write("a", `${token("same")}\n`);
      commits.push(repository.commit(`adds ${turn}`));
      remove("a");
      repository.commit(`removes ${turn}`);
    }
    write("a", `${token("other")}\n`);
    write("b", `${token("same")}\n`);
    repository.commit("others");
    remove("a");
    remove("b");
    repository.commit("removes all");
    const { secrets } = await collected();
    expect(secrets.map(({ path, history }) => [path, history?.length])).toEqual(
      [
        ["a", 2],
        ["a", 1],
        ["b", 1],
      ].sort((one, two) => Number(one[0] === "b") - Number(two[0] === "b")),
    );
    expect(secrets.some(({ history }) => history?.map(({ commit }) => commit).join() === commits.join())).toBe(true);
  });

  it("are not told again by a commit that changes what stands beside them", async () => {
    write("a", `1\n${token("once")}\n3\n`);
    repository.commit("adds");
    write("a", `1\n${token("once")}\nchanged\n`);
    repository.commit("changes the next line");
    remove("a");
    repository.commit("removes");
    const { secrets } = await collected();
    expect(secrets.map(({ history }) => history?.length)).toEqual([1]);
  });

  it("are each key of a file whose first and last line stay", async () => {
    for (const body of ["one", "two", "three"]) {
      write("key", `BEGIN\n${body}\nEND\n`);
      repository.commit(body);
    }
    remove("key");
    repository.commit("removes");
    const { secrets } = await collected();
    expect(secrets.map(({ ruleId, startLine, endLine }) => [ruleId, startLine, endLine])).toEqual([
      ["key", 1, 3],
      ["key", 1, 3],
      ["key", 1, 3],
    ]);
    expect(new Set(judged({ canaries: [], bytes: 1_000_000, secrets }).findings.map(({ id }) => id)).size).toBe(3);
  });

  it("are found by a file's name in the commit that adds it, not in those that change it", async () => {
    write("a.p", "1\n");
    const commit = repository.commit("adds");
    write("a.p", "1\n2\n");
    repository.commit("changes");
    remove("a.p");
    repository.commit("removes");
    const { secrets } = await collected();
    expect(secrets.map(({ ruleId, history }) => [ruleId, history?.map((place) => place.commit)])).toEqual([
      ["name", [commit]],
    ]);
  });

  it("give the same bytes when clean commits are remembered, also after a branch with earlier dates came", async () => {
    write("a", `${token("one")}\n`);
    repository.commit("adds");
    remove("a");
    write("clean", "clean\n");
    repository.commit("clean");
    const first = await collected();
    const dirty = new Set(first.secrets.flatMap(({ history }) => (history ?? []).map(({ commit }) => commit)));
    const clean = staged.staged.filter(({ commit }) => !dirty.has(commit));
    const memory = { commits: new Map(clean.map((commit) => [commit.commit, commit])), ignored: [] };
    expect(memory.commits.size).toBe(1);
    expect(await collected(memory)).toEqual(first);
    expect(staged.staged.length).toBe(1);
    const blob = repository.feed(`${token("one")}\n`, "hash-object", "-w", "--stdin");
    const old = repository.git("commit-tree", "-m", "old", repository.feed(`100644 blob ${blob}\ta\n`, "mktree"));
    repository.git("update-ref", "refs/heads/old", old);
    const whole = await collected();
    expect(await collected(memory)).toEqual(whole);
    expect(whole.secrets.map(({ history }) => history?.length)).toEqual([2]);
  });

  it("are nothing to rely on when a way is not proved, or the evidence is of another history", async () => {
    repository.commit("one");
    const lost = await collected(NO_MEMORY, (file) => file.endsWith("merged.txt"));
    expect(judged(lost).canaries.found).toEqual(["history-added", "history-message"]);
    const whole = await collected();
    const { history: _, ...without } = whole;
    for (const [report, change] of [
      [without, {}],
      [whole, { commits: 2 }],
      [whole, { sha256: "0".repeat(64) }],
    ] as const) {
      expect(judged(report, change).problems).toEqual([
        expect.objectContaining({ code: "history-incomplete", message: expect.stringContaining("no evidence") }),
      ]);
    }
    const shallow = { code: "history-incomplete", message: "history: a shallow clone" } as const;
    expect(judged(without, { problems: [shallow] }).problems).toEqual([shallow]);
    const stagedProblem = {
      ...whole,
      history: { ...(whole.history as NonNullable<typeof whole.history>), problems: [shallow] },
    };
    expect(judged(stagedProblem).problems).toEqual([shallow]);
  });

  it("are nothing to rely on when the tool read fewer bytes than were staged", async () => {
    write("a", "a\n");
    repository.commit("one");
    await collected();
    const report = secretScan.collect(rawOf([], staged.bytes + 1));
    expect(judged(report).problems).toEqual([expect.objectContaining({ code: "coverage-gap" })]);
  });

  it("refuses a finding in a piece that was never staged", async () => {
    repository.commit("one");
    await collected();
    const forged = scan("history/0/forged", `${token("x")}\n`);
    expect(() => secretScan.collect(rawOf(forged, staged.bytes))).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID" }),
    );
  });

  it("leave a nested repository and a submodule as gaps", async () => {
    write("a", "a\n");
    const commit = repository.commit("a");
    repository.git("update-index", "--add", "--cacheinfo", `160000,${commit},vendor/lib`);
    repository.git("commit", "-q", "-m", "submodule");
    mkdirSync(join(repository.root, "inner"));
    makeRepository(join(repository.root, "inner"));
    const { coverage } = judged(await collected());
    expect(coverage.gaps.filter(({ code }) => code === "nested-history").map(({ path }) => path)).toEqual([
      "inner/.git",
      "vendor/lib",
    ]);
  });
});
