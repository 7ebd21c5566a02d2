import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "../../pipeline/advisories/build.ts";
import { decideCommand } from "../../pipeline/cli/decide-command.ts";
import { reportError } from "../../pipeline/cli/failure.ts";
import { type RunOptions, runGate } from "../../pipeline/cli/gate.ts";
import { runGateCommand } from "../../pipeline/cli/run-command.ts";
import { openScreen } from "../../pipeline/cli/screen.ts";
import { thisWorld, type World } from "../../pipeline/cli/world.ts";
import { DEFAULT_RULES } from "../../pipeline/kinds/secret_scan/rules.ts";
import { findLeaks } from "../../pipeline/leaks/find-leaks.ts";
import { UNTOUCHED } from "../../pipeline/leaks/scrub.ts";
import { chanceOf, tokenRules } from "../leaks/rule-tokens.ts";
import { ROOT } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const installed = ["gitleaks", "osv-scanner", "syft", "scancode"].every(
  (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
);

const TOKENS = 1000;

const PROGRAM = installed ? join(CACHE, "tools/gitleaks", programIn(join(CACHE, "tools/gitleaks"))) : "";

function programIn(folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("/gitleaks"));
  return found[0] ?? "";
}

/** A thousand texts that gitleaks' own rules match, taken out of the installed program, ten to a file. */
function tokenFiles(): Record<string, string> {
  const program = readFileSync(PROGRAM);
  const start = program.indexOf(DEFAULT_RULES.start);
  const rules = tokenRules(program.toString("utf8", start, start + DEFAULT_RULES.length));
  const anywhere = rules.filter(({ path }) => path === undefined);
  const chance = chanceOf(2026);
  const files: Record<string, string> = {};
  for (let index = 0; index < TOKENS; index++) {
    const path = `src/f${Math.floor(index / 10)}.txt`;
    const text = (anywhere[index % anywhere.length] as (typeof rules)[number]).make(chance);
    files[path] = `${files[path] ?? ""}\n\nline of its own\n${text}\n`;
  }
  return files;
}

interface Told {
  readonly RuleID: string;
  readonly Secret: string;
}

/** What gitleaks itself says the secrets are, asked without redaction; the tokens are made up, and its report does not outlive this call. */
function secretsTold(files: Readonly<Record<string, string>>): Told[] {
  const report = join(mkdtempSync(join(tmpdir(), "supply-gate-told-")), "report.json");
  const options = [
    "--exit-code=0",
    "--no-banner",
    "--log-level=error",
    "--report-format=json",
    "--ignore-gitleaks-allow",
  ];
  execFileSync(PROGRAM, ["dir", ...options, `--report-path=${report}`, "."], { cwd: makeTree(files), stdio: "ignore" });
  const told = JSON.parse(readFileSync(report, "utf8")) as Told[];
  rmSync(report);
  const bySecret = new Map(told.map((entry) => [entry.Secret, entry]));
  return [...bySecret.values()].sort((a, b) => (a.Secret < b.Secret ? -1 : 1));
}

/** Every place of a tree, and of what its caller gives, that ends up in a document. */
function plantedTree(tokens: Readonly<Record<string, string>>, told: readonly Told[]) {
  const usable = told.map(({ Secret }) => Secret).filter((text) => /^[\w.~-]{16,80}$/.test(text));
  const at = (place: number) => usable[(place * 37) % usable.length] as string;
  const packages: Record<string, object> = { "": { name: at(1), version: "1.0.0" } };
  for (let index = 0; index < 40; index++) {
    packages[`node_modules/x-${at(index + 100).toLowerCase()}`] = {
      version: `1.0.${index}-${at(index + 200)}`,
      license: index % 2 === 0 ? `LicenseRef-${at(index + 300)}` : `see ${at(index + 300)}`,
      resolved: `https://registry.invalid/${at(index + 400)}.tgz`,
    };
  }
  const files: Record<string, string> = { ...tokens };
  for (let index = 0; index < 60; index++) files[`names/${at(index + 500)}/${at(index + 600)}.txt`] = `${index}\n`;
  return {
    files: {
      ...files,
      "package-lock.json": JSON.stringify({ name: at(1), lockfileVersion: 3, packages }, null, 2),
      LICENSE: `Permission is granted to ${at(2)} under the MIT licence: ${at(3)}\nSPDX-License-Identifier: LicenseRef-${at(4)}\n`,
      "broken/Cargo.lock": `version = ${at(5)}\n`,
    },
    policy: [
      "schemaVersion: supply-gate/policy-1",
      "exclude:",
      `  - path: names/${at(500)}`,
      `    reason: "left out for ${at(7)}"`,
      "",
    ].join("\n"),
    waivers: [
      "schemaVersion: supply-gate/waivers-1",
      "waivers:",
      "  - what: {finding: secret-000000000000}",
      `    reason: "nobody but ${at(8)} knows"`,
      `    owner: ${at(9)}`,
      "    approver: somebody else",
      "    created: 2026-01-01",
      "    expires: 2026-03-01",
      "",
    ].join("\n"),
  };
}

let tokens: Record<string, string> | undefined;
let told: Told[] | undefined;

async function prepared(): Promise<{ options: RunOptions; world: World; told: Told[]; screen: string[] }> {
  tokens ??= tokenFiles();
  told ??= secretsTold(tokens);
  const { files, policy, waivers } = plantedTree(tokens, told);
  const cwd = makeTree({ "policy.yaml": policy, "waivers.yaml": waivers });
  const cacheRoot = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
  symlinkSync(join(CACHE, "tools"), join(cacheRoot, "tools"));
  const advisories = (await buildSnapshot(join(ROOT, "examples/demo/advisories"), join(cacheRoot, "advisories"))).dir;
  const screen: string[] = [];
  const show = (text: string) => void screen.push(text);
  const world = { ...thisWorld(new AbortController().signal, false), cwd, cacheRoot, stdout: show, stderr: show };
  const given = { policy: "policy.yaml", waivers: "waivers.yaml", asOf: "2026-06-01T00:00:00Z", advisories };
  const options = {
    ...given,
    path: committed(makeTree(files), told),
    history: true,
    mode: "review",
    out: "out",
    engine: "host",
    sandbox: "auto",
  } as const;
  return { options, world: { ...world, interactive: false }, told, screen };
}

/** A repository with tokens in the messages and the author of its commits; the first brings nothing, and is remembered as clean. */
function committed(path: string, told: readonly Told[]): string {
  const [one, two, three] = told.map(({ Secret }) => Secret).filter((text) => /^[\w.-]{16,80}$/.test(text));
  const author = ["-c", `user.name=${one}`, "-c", `user.email=${two}@example.invalid`, "-c", "commit.gpgsign=false"];
  const commit = (message: string) => [...author, "commit", "-q", "--allow-empty", "-m", message];
  for (const args of [["init", "-q"], commit(`begin ${two}`), ["add", "-A"], commit(`add ${three}`)]) {
    execFileSync("git", args, { cwd: path, stdio: "ignore" });
  }
  return path;
}

const verdictIn = (out: string) => JSON.parse(readFileSync(join(out, "verdict.json"), "utf8"));

function textsIn(folder: string): [string, Buffer][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry): [string, Buffer][] => {
    const path = join(entry.parentPath, entry.name);
    return entry.isFile() ? [[relative(folder, path), readFileSync(path)]] : [];
  });
}

describe.skipIf(!installed)("a thousand planted tokens (skipped until supply-gate tools install has run)", () => {
  it("leave by no document, log, cache entry or line on the screen, in no form, and the decision can be repeated", async () => {
    const { options, world, told, screen } = await prepared();
    const status = await runGateCommand({ ...options, json: false, quiet: false }, world);
    const out = join(world.cwd, "out");
    expect(new Set(told.map(({ RuleID }) => RuleID)).size).toBeGreaterThanOrEqual(180);
    expect(told.length).toBeGreaterThan(800);
    const secrets = told.map(({ RuleID, Secret }) => ({ ruleId: RuleID, bytes: Buffer.from(Secret) }));
    expect(existsSync(join(world.cacheRoot, "history"))).toBe(true);
    const caches = textsIn(world.cacheRoot).filter(([path]) => !path.startsWith("advisories/"));
    const texts = [...textsIn(out), ...caches, ["screen", Buffer.from(screen.join(""))] as const];
    expect(findLeaks(secrets, texts)).toEqual([]);
    const everything = texts.map(([, text]) => text.toString("latin1")).join("\n");
    expect(told.filter(({ Secret }) => everything.includes(Secret))).toEqual([]);
    expect(readFileSync(join(out, "evidence/lockfiles.json"), "utf8")).toMatch(/secret[-_]\d+[-_]redacted/);
    expect(readFileSync(join(out, "evidence/inventory.json"), "utf8")).toMatch(
      /names\/secret[-_]\d+[-_]redacted\/secret[-_]\d+[-_]redacted\.txt/,
    );
    expect(readFileSync(join(out, "evidence/policy.json"), "utf8")).toMatch(/left out for secret[-_]\d+[-_]redacted/);
    expect(readFileSync(join(out, "evidence/waivers.json"), "utf8")).toMatch(
      /nobody but secret[-_]\d+[-_]redacted knows/,
    );
    const titles = verdictIn(out).blocking.map(({ title }: { title: string }) => title);
    expect(
      titles.filter((title: string) => title.endsWith("(in the name of the file or of a folder above it)")),
    ).not.toEqual([]);
    expect(status).toBe(1);
    expect(await decideCommand({ results: "out", json: false }, world)).toBe(1);
  });

  it("end the run with 70 and without results when the scrubber is broken, and the message does not tell them either", async () => {
    const { options, world, told, screen } = await prepared();
    const run = runGate({ ...options, only: "secret_scan" }, world, openScreen(world, false), () => UNTOUCHED);
    const error = await run.then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: "SECRET_LEAKED" });
    expect(reportError(error, world.stderr)).toBe(70);
    expect(existsSync(join(world.cwd, "out"))).toBe(false);
    expect(readdirSync(world.cwd).sort()).toEqual(["policy.yaml", "waivers.yaml"]);
    const shown = screen.join("");
    expect(shown).toMatch(/SECRET_LEAKED: \S+: found at byte \d+ a secret of rule [\w-]+ \([\w+ ]+\)/);
    expect(told.filter(({ Secret }) => shown.includes(Secret))).toEqual([]);
  });
});
