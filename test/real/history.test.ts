import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { GIT, makeRepository } from "../support/made-repository.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const GITLEAKS = join(CACHE, "tools/gitleaks");
const installed = GIT !== undefined && existsSync(GITLEAKS) && readdirSync(GITLEAKS).length > 0;

const token = (word: string) => ["ghp", createHash("sha256").update(word).digest("hex").slice(0, 36)].join("_");

describe.skipIf(!installed)("run --history with the real gitleaks (skipped until it is installed)", () => {
  it("finds what commits brought and took away, remembers clean commits, and refuses a shallow clone", async () => {
    const repository = makeRepository();
    const write = (path: string, text: string | Buffer) => writeFileSync(join(repository.root, path), text);
    write(".gitattributes", "* -diff binary\n");
    write("gone.zipkin.yml", `a: 1\ntoken: ${token("gone")}\n`);
    write("wide.txt", Buffer.from(`\ufefftoken ${token("wide")}\n`, "utf16le"));
    write("cut.js", `${"lorem ipsum ".repeat(10_415)} ${token("cut")} ${"lorem ipsum ".repeat(5000)}`);
    const adds = repository.commit("adds");
    for (const path of ["gone.zipkin.yml", "wide.txt", "cut.js"]) rmSync(join(repository.root, path));
    write("kept.txt", `token ${token("kept")}\n`);
    const message = repository.commit(`message ${token("message")}`);
    repository.commit("clean");
    const cache = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
    symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
    const env = { SUPPLY_GATE_CACHE: cache };
    const run = (root: string, ...args: string[]) =>
      gate(["run", root, "--history", "--only", "secret_scan", "--engine", "host", ...args], { cwd: cache, env });

    expect((await run(repository.root, "--out", "one")).status).toBe(1);
    const text = readFileSync(join(cache, "one/evidence/secret_scan.json"), "utf8");
    const { report, problems } = JSON.parse(text);
    expect(problems).toEqual([]);
    expect(report.secrets.map((secret: Record<string, unknown>) => [secret["path"], secret["commit"]])).toEqual([
      ["(commit message)", message],
      ["cut.js", adds],
      ["gone.zipkin.yml", adds],
      ["kept.txt", undefined],
      ["wide.txt", adds],
    ]);

    expect((await run(repository.root, "--out", "two")).status).toBe(1);
    expect(readFileSync(join(cache, "two/evidence/secret_scan.json"), "utf8")).toBe(text);
    const { history } = JSON.parse(readFileSync(join(cache, "two/run/run.json"), "utf8"));
    expect(history).toEqual({ commits: 3, remembered: 1, ignoredCacheFiles: [] });

    const clone = join(cache, "clone");
    execFileSync("git", ["clone", "-q", "--depth", "1", `file://${repository.root}`, clone], { stdio: "ignore" });
    rmSync(join(clone, "kept.txt"));
    const { status, stdout } = await run(clone, "--out", "three");
    expect(status).toBe(3);
    expect(stdout).toContain("history: a shallow clone: earlier commits are not here\n      git fetch --unshallow");

    expect((await gate(["plan", repository.root, "--history", "--to", "plan"], { cwd: cache, env })).status).toBe(2);
    const other = ["run", repository.root, "--history", "--only", "vuln_scan"];
    expect((await gate(other, { cwd: cache, env })).stderr).toContain("expected secret_scan");
  });
});
