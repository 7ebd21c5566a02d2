import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type RunOptions, runGate } from "../../pipeline/cli/gate.ts";
import { openScreen } from "../../pipeline/cli/screen.ts";
import { thisWorld, type World } from "../../pipeline/cli/world.ts";
import type { Decision } from "../../pipeline/decide/decide.ts";
import { type MadeRepository, makeRepository } from "../support/made-repository.ts";
import { makeSnapshot } from "../support/made-snapshot.ts";

/** Cache of this user, with the installed tools. */
export const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");

/** package-lock.json that locks these packages, each 1.0.0 unless it says otherwise (`name@2.0.0`). */
export function lockOf(...packages: readonly string[]): string {
  const entries = packages.map((text) => {
    const [name = "", version = "1.0.0"] = text.split("@");
    return [`node_modules/${name}`, { version }] as const;
  });
  const dependencies = Object.fromEntries(entries.map(([path, { version }]) => [path.slice(13), version]));
  const own = { name: "made-up", version: "1.0.0" };
  const all = { "": { ...own, dependencies }, ...Object.fromEntries(entries) };
  return JSON.stringify({ ...own, lockfileVersion: 3, packages: all });
}

/** An advisory about every version of a package below 9.0.0. */
export function advisory(id: string, name: string, aliases: readonly string[] = [], modified = "2026-01-01T00:00:00Z") {
  return {
    schema_version: "1.6.0",
    id,
    aliases,
    modified,
    published: "2026-01-01T00:00:00Z",
    summary: `${id} in ${name}`,
    severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" }],
    affected: [
      {
        package: { ecosystem: "npm", name },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "9.0.0" }] }],
      },
    ],
  };
}

/** Two commits and two snapshots in which each of the four cells differs from each other. */
export interface TwoByTwo {
  readonly repository: MadeRepository;
  readonly before: string;
  readonly after: string;
  readonly pinned: string;
  readonly newest: string;
}

/**
 * `kept` and `late` stay, `gone` goes, `brought` and `unlucky` come; of `late` and `unlucky` only the newest advisories know, and they
 * call what is the matter with `kept` by a CVE.
 */
export function twoByTwo(): TwoByTwo {
  const repository = makeRepository();
  const write = (...packages: string[]) =>
    writeFileSync(join(repository.root, "package-lock.json"), lockOf(...packages));
  writeFileSync(join(repository.root, "package.json"), '{"name":"made-up","version":"1.0.0"}');
  write("kept", "late", "gone");
  const before = repository.commit("before");
  write("kept", "late", "brought", "unlucky");
  const after = repository.commit("after");
  const both = ["gone", "brought"].map((name) => advisory(`GHSA-${name}`, name));
  const later = ["late", "unlucky"].map((name) => advisory(`GHSA-${name}`, name, [], "2026-02-02T00:00:00Z"));
  const pinned = makeSnapshot({ npm: [...both, advisory("GHSA-kept", "kept")] }).dir;
  const newest = makeSnapshot({ npm: [...both, ...later, advisory("GHSA-kept", "kept", ["CVE-2026-0001"])] }).dir;
  return { repository, before, after, pinned, newest };
}

/** A world that shows nothing; `shown` gets what the screen is told. */
export function quietWorld(shown: string[] = [], cacheRoot = CACHE): World {
  const world = thisWorld(new AbortController().signal, false);
  return { ...world, cacheRoot, stdout: () => {}, stderr: (text) => void shown.push(text), interactive: false };
}

/** Runs the gate with the real tools; gives the decision, the cells and which steps ran. */
export async function gated(options: Partial<RunOptions> & Pick<RunOptions, "path">, world = quietWorld()) {
  const shown: string[] = [];
  const out = join(mkdtempSync(join(tmpdir(), "supply-gate-test-")), "out");
  const whole = { mode: "review", engine: "host", sandbox: "auto", asOf: "2026-03-01", out, ...options } as const;
  const screen = openScreen({ ...world, stderr: (text) => void shown.push(text) }, false);
  const { decision, input } = await runGate(whole, world, screen);
  screen.close();
  const ran = shown.flatMap((line) => /^ {2}(.+): started\n$/.exec(line)?.[1] ?? []);
  return { decision, cells: input.known.cells, ran, out, origins: originsIn(decision) };
}

function originsIn({ findings, verdict }: Decision): Record<string, string> {
  const own = findings.flatMap(({ purl, origin }) =>
    purl === undefined || origin === undefined ? [] : [[purl.replace(/^pkg:npm\//, ""), origin] as const],
  );
  const gone = (verdict.split?.fixed ?? []).map(({ purl = "" }) => [purl.replace(/^pkg:npm\//, ""), "fixed"] as const);
  return Object.fromEntries([...own, ...gone]);
}

/** A tree with the files of a commit, as somebody else would check it out. */
export function checkedOut({ repository }: Pick<TwoByTwo, "repository">, commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
  mkdirSync(join(folder, "tree"));
  repository.git("--work-tree", join(folder, "tree"), "checkout", "-q", commit, "--", ".");
  repository.git("reset", "-q", "--hard");
  return join(folder, "tree");
}
