import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const TOOLS = ["gitleaks", "osv-scanner", "syft", "scancode"];
const installed = TOOLS.every(
  (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
);
const isRoot = process.getuid?.() === 0;

/** A cache with the installed tools and nothing else, so that no snapshot of this user's takes part. */
function toolsOnly(): string {
  const cache = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
  symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
  return cache;
}

const run = (cwd: string, args: readonly string[], more: object = {}) =>
  gate(["run", ".", "--engine", "host", ...args], { cwd, env: { SUPPLY_GATE_CACHE: toolsOnly() }, ...more });

const verdictIn = (out: string) => JSON.parse(readFileSync(join(out, "verdict.json"), "utf8"));

/** Every file of a results folder but `run/`, as text by path. */
function documentsIn(out: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const path = relative(out, join(entry.parentPath, entry.name));
    if (entry.isFile() && !path.startsWith("run/")) files[path] = readFileSync(join(out, path), "utf8");
  }
  return files;
}

describe.skipIf(!installed)("the real tools (skipped until supply-gate tools install has run)", () => {
  it("A-08: find one thing of each kind in the demo, twice with the same bytes, and the decision can be repeated", async () => {
    const cwd = makeTree({});
    const env = { SUPPLY_GATE_CACHE: toolsOnly() };
    const first = await gate(["demo", "--engine", "host", "--out", "one"], { cwd, env });
    expect(first.status).toBe(1);
    expect(first.stdout).toContain("FAILED");
    const verdict = verdictIn(join(cwd, "one"));
    expect(verdict).toMatchObject({ verdict: "FAILED", exitCode: 1, mode: "release", incomplete: [] });
    expect(verdict.counts).toEqual({
      "license.denied": 1,
      "license.unknown": 2,
      "register.missing": 1,
      secret: 1,
      "vulnerability.high": 1,
      "vulnerability.low": 1,
      "vulnerability.unknown": 1,
    });
    await gate(["demo", "--engine", "host", "--out", "two"], { cwd, env: { ...env, TZ: "UTC", LC_ALL: "C.UTF-8" } });
    expect(documentsIn(join(cwd, "two"))).toEqual(documentsIn(join(cwd, "one")));
    const again = await gate(["decide", "one"], { cwd });
    expect(again).toMatchObject({ status: 1, stderr: "" });
    expect(again.stdout).toContain("every document is the same, byte for byte");
    const recorded = await gate(["recorder", "verify", "one"], { cwd });
    expect(recorded).toMatchObject({ status: 0, stdout: expect.stringMatching(/^complete: \d+ events, head /) });
    const { recorder } = JSON.parse(readFileSync(join(cwd, "one/run/run.json"), "utf8"));
    expect(recorded.stdout).toContain(recorder.head);
    expect((await gate(["recorder", "verify", "two"], { cwd })).status).toBe(0);
    expect((await gate(["recorder", "show", "two"], { cwd })).stdout).toMatch(/run ended: FAILED, exit status 1/);
    appendFileSync(join(cwd, "one/summary.md"), "\nall is well\n");
    expect(await gate(["decide", "one"], { cwd })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("summary.md"),
    });
    const [{ id }] = verdict.blocking;
    expect((await gate(["explain", id, "--out", "two"], { cwd })).stdout).toContain("because");
  });

  it("A-11: end INCOMPLETE without advisories, name the command, and do all the rest", async () => {
    const cwd = makeTree({ "requirements.txt": "six==1.16.0\n", "a.py": "x = 1\n" });
    const { status } = await run(cwd, ["--quiet"]);
    expect(status).toBe(3);
    const { verdict, jobs, next, incomplete } = verdictIn(join(cwd, "out"));
    expect({ verdict, next }).toEqual({ verdict: "INCOMPLETE", next: "supply-gate advisories pull" });
    expect(incomplete.map(({ code }: { code: string }) => code)).toEqual(["advisories-missing"]);
    expect(jobs.map(({ kind, state }: { kind: string; state: string }) => `${kind} ${state}`)).toEqual([
      "secret_scan complete",
      "vuln_scan incomplete",
      "sbom_generate complete",
      "license_scan complete",
      "oss_register_audit not-required",
    ]);
  });

  it("end INCOMPLETE for a broken lockfile, with its place", async () => {
    const cwd = makeTree({ "web/package-lock.json": '{"lockfileVersion": 3, "packages": {' });
    const { status, stdout } = await run(cwd, ["--only", "vuln_scan"]);
    expect(status).toBe(3);
    expect(stdout).toContain("web/package-lock.json");
    expect(verdictIn(join(cwd, "out")).incomplete[0]).toMatchObject({ kind: "vuln_scan", code: "lockfile-unread" });
  });

  it.skipIf(isRoot)("end INCOMPLETE for a file that can't be read (skipped for root, who reads all)", async () => {
    const cwd = makeTree({ "closed.txt": "x" });
    chmodSync(join(cwd, "closed.txt"), 0);
    const { status, stdout } = await run(cwd, ["--only", "secret_scan"]);
    expect(status).toBe(3);
    expect(stdout).toContain("closed.txt: unreadable");
  });

  it("leave no results and no temporary folder behind after Ctrl-C", async () => {
    const cwd = makeTree({ "a.txt": "x" });
    const temporary = mkdtempSync(join(tmpdir(), "supply-gate-tmp-"));
    const env = { SUPPLY_GATE_CACHE: toolsOnly(), TMPDIR: temporary };
    const ended = await run(cwd, ["--only", "license_scan"], { env, interruptAfter: /started/ });
    expect(ended).toMatchObject({ status: 130, stdout: "" });
    expect(ended.stderr).toContain("supply-gate: interrupted; no results were written\n");
    expect(existsSync(join(cwd, "out"))).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("refuse a tool whose bytes are not what was installed", async () => {
    const cwd = makeTree({ "a.txt": "x" });
    const cache = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
    mkdirSync(join(cache, "tools"));
    cpSync(join(CACHE, "tools", "gitleaks"), join(cache, "tools", "gitleaks"), { recursive: true });
    const program = execFileSync("find", [join(cache, "tools"), "-name", "gitleaks", "-type", "f"], {
      encoding: "utf8",
    }).trim();
    chmodSync(program, 0o755);
    appendFileSync(program, "x");
    const ended = await run(cwd, ["--only", "secret_scan"], { env: { SUPPLY_GATE_CACHE: cache } });
    expect(ended).toMatchObject({ status: 2, stdout: "" });
    expect(ended.stderr).toContain("PIN_MISMATCH: ");
    expect(existsSync(join(cwd, "out"))).toBe(false);
  });

  it.skipIf(!isRoot)(
    "say in one line that there is no space left (skipped for plain users, who can't mount a small disk)",
    async () => {
      const cwd = makeTree({ "a.txt": "x".repeat(300_000), "b.gz.txt": "y".repeat(300_000) });
      const small = mkdtempSync(join(tmpdir(), "supply-gate-small-"));
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", small]);
      try {
        const ended = await run(cwd, ["--only", "secret_scan"], {
          env: { SUPPLY_GATE_CACHE: toolsOnly(), TMPDIR: small },
        });
        expect(ended).toMatchObject({ status: 3, stdout: "" });
        expect(ended.stderr).toMatch(/supply-gate: STORAGE_FAILED: [^\n]*\n$/);
        expect(ended.stderr).not.toContain("    at ");
        expect(existsSync(join(cwd, "out"))).toBe(false);
      } finally {
        execFileSync("umount", [small]);
      }
    },
  );

  it("find what hides behind names, encodings and the tree's own configuration", async () => {
    const token = ["ghp", "x7Qp2LmZ9vTr4KsW1nBy8HcD5fGj3RtA6uEo"].join("_");
    const line = `export const token = "${token}";\n`;
    const cwd = makeTree({
      "plain.ts": line,
      "app.brand.ts": line,
      "config.tar.md": line,
      ".env.broker": line,
      "wide.ps1": Buffer.from(`\ufeff${line}`, "utf16le"),
      "masked.txt": `%PDF ${line}`,
      "node_modules/x/index.js": line,
      "vendor/github.com/x/y.go": line,
      "package-lock.json": line,
      "logo.svg": line,
      "allowed.ts": line.replace("\n", " // gitleaks:allow\n"),
      ".gitleaks.toml": "[allowlist]\npaths = ['''.*''']\n",
      ".gitleaksignore": "plain.ts:github-pat:1\n",
      "deep/.gitleaks.toml": "[allowlist]\npaths = ['''.*''']\n",
      "deep/a.ts": line,
    });
    const { status } = await run(cwd, ["--only", "secret_scan", "--quiet"]);
    expect(status).toBe(1);
    const where = verdictIn(join(cwd, "out")).blocking.map((entry: { where: string }) => entry.where);
    expect(where).toEqual([
      ".env.broker:1",
      "allowed.ts:1",
      "app.brand.ts:1",
      "config.tar.md:1",
      "deep/a.ts:1",
      "logo.svg:1",
      "masked.txt:1",
      "node_modules/x/index.js:1",
      "package-lock.json:1",
      "plain.ts:1",
      "vendor/github.com/x/y.go:1",
      "wide.ps1:1",
    ]);
    const everything = Object.values(documentsIn(join(cwd, "out"))).join("\n");
    expect(everything).not.toContain(token);
  });
});
