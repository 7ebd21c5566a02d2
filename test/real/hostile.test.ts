import { existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { gate } from "../support/gate.ts";
import type { Hostile } from "../support/hostile/hostile.ts";
import { HOSTILE } from "../support/hostile/index.ts";
import { INNOCENT } from "../support/hostile/innocent.ts";
import { OUTSIDE_PACKAGE } from "../support/hostile/links.ts";
import { hostileTree } from "../support/hostile/place.ts";
import { ROOT } from "../support/shared-data.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const TOOLS = ["gitleaks", "osv-scanner", "syft", "scancode"];
const installed = TOOLS.every(
  (tool) => existsSync(join(CACHE, "tools", tool)) && readdirSync(join(CACHE, "tools", tool)).length > 0,
);
const LIMIT_MS = 15 * 60_000;

const GAPS: ReadonlySet<string> = new Set(["submodule-empty", "too-deep", "too-large"]);
const made = HOSTILE.filter(({ unavailable }) => unavailable === undefined);
const unmade = HOSTILE.flatMap(({ name, unavailable }) =>
  unavailable === undefined ? [] : [`${name}: ${unavailable}`],
);
const withBroken = made.filter(({ broken, ambiguous }) => broken !== undefined || ambiguous);
const withGaps = made.filter((thing) => !withBroken.includes(thing) && gapsOf(thing).length > 0);
const scannedAlong = made.filter((thing) => !withBroken.includes(thing) && !withGaps.includes(thing));

function gapsOf({ leftOut = {}, unscanned = {} }: Hostile): [path: string, code: string][] {
  return [...Object.entries(leftOut).filter(([, reason]) => GAPS.has(reason)), ...Object.entries(unscanned)];
}

/** A run over the innocent tree and more, from inside it, with a PATH that begins in it. */
async function gated(things: readonly Hostile[], args: readonly string[] = []) {
  const tree = hostileTree(things);
  trees.push(tree);
  const { root } = tree;
  const cache = mkdtempSync(join(tmpdir(), "supply-gate-cache-"));
  symlinkSync(join(CACHE, "tools"), join(cache, "tools"));
  const PATH = [join(root, "node_modules/.bin"), root, "node_modules/.bin", ".", "", process.env["PATH"]].join(
    delimiter,
  );
  const ended = await gate(["run", ".", "--engine", "host", "--advisories", advisories, ...args], {
    cwd: root,
    env: { SUPPLY_GATE_CACHE: cache, PATH },
  });
  const read = (path: string) => JSON.parse(readFileSync(join(root, "out", path), "utf8"));
  const itemsOf = (kind: string): Item[] => read(`reports/${kind}.json`).findings.items;
  return { ...ended, tree, read, itemsOf };
}

interface Item {
  readonly locations: readonly { readonly path: string }[];
}

const trees: { remove(): void }[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
});

let advisories = "";
const KINDS = ["secret_scan", "vuln_scan", "license_scan"];
const innocentOf = ({ itemsOf }: Awaited<ReturnType<typeof gated>>, kinds = KINDS) =>
  Object.fromEntries(
    kinds.map((kind) => [
      kind,
      itemsOf(kind).filter(({ locations }) => locations.every(({ path }) => path.startsWith(`${INNOCENT}/`))),
    ]),
  );
let alone: ReturnType<typeof innocentOf>;

describe.skipIf(!installed)("the gate and its tools (skipped until supply-gate tools install has run)", () => {
  beforeAll(async () => {
    advisories = join(mkdtempSync(join(tmpdir(), "supply-gate-advisories-")), "snapshot");
    const built = await gate([
      "advisories",
      "build",
      "--from",
      join(ROOT, "examples/demo/advisories"),
      "--to",
      advisories,
    ]);
    expect(built).toMatchObject({ status: 0 });
    const run = await gated([]);
    expect(run.status).toBe(1);
    alone = innocentOf(run);
    expect(KINDS.map((kind) => alone[kind]?.length)).toEqual([1, 2, 3]);
  }, LIMIT_MS);

  it.each([
    ["what is scanned along with it", scannedAlong],
    ["what can't be scanned, which is named", withGaps],
    ["lockfiles that are refused, which are named", withBroken],
  ])(
    `report of an innocent tree the same beside %s${unmade.length === 0 ? "" : ` (without ${unmade.join("; ")})`}`,
    async (_what, things) => {
      const run = await gated(things);
      expect(run.tree.ranAnything()).toBe(false);
      expect(run.stderr).not.toContain("    at ");
      expect(run.status).toBe(1);
      expect(innocentOf(run)).toEqual(alone);
      const secrets = new Set(run.itemsOf("secret_scan").flatMap(({ locations }) => locations.map(({ path }) => path)));
      expect(things.flatMap((thing) => thing.secrets ?? []).filter((path) => !secrets.has(path))).toEqual([]);
      const leftOut = run.read("evidence/inventory.json").leftOut as { path: string; reason: string }[];
      expect(Object.fromEntries(leftOut.map(({ path, reason }) => [path, reason]))).toEqual(
        Object.assign({ out: "output" }, ...things.map((thing) => thing.leftOut ?? {})),
      );
      const { incomplete, jobs } = run.read("verdict.json");
      const coverage: { kind: string; gaps: { path: string; code: string }[] }[] = run.read("coverage.json").jobs;
      const named = new Set(
        coverage.find(({ kind }) => kind === "secret_scan")?.gaps.map(({ path, code }) => `${code} ${path}`),
      );
      expect(things.flatMap(gapsOf).filter(([path, code]) => !named.has(`${code} ${path}`))).toEqual([]);
      const told = (incomplete as { kind: string; message: string }[]).filter(({ kind }) => kind === "vuln_scan");
      const broken = things.flatMap((thing) => thing.broken ?? []);
      expect(broken.filter((path) => !told.some(({ message }) => message.startsWith(`${path}:`)))).toEqual([]);
      const states = Object.fromEntries(jobs.map(({ kind, state }: { kind: string; state: string }) => [kind, state]));
      const state = broken.length === 0 ? "complete" : "incomplete";
      expect(states).toMatchObject({
        secret_scan: "complete",
        license_scan: "complete",
        vuln_scan: state,
        sbom_generate: state,
      });
      const texts = readdirSync(join(run.tree.root, "out"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
      expect(texts.filter((text) => text.includes(OUTSIDE_PACKAGE))).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each(["secret_scan", "sbom_generate"])(
    "see nothing outside of the tree in %s and find the same without a sandbox",
    async (kind) => {
      const run = await gated(scannedAlong, ["--only", kind, "--sandbox", "none"]);
      expect(run.tree.ranAnything()).toBe(false);
      expect(run.status).toBe(kind === "secret_scan" ? 1 : 0);
      if (kind === "secret_scan") expect(innocentOf(run, [kind])).toEqual({ [kind]: alone[kind] });
      const evidence = JSON.stringify(run.read(`evidence/${kind}.json`));
      expect(evidence).not.toContain(OUTSIDE_PACKAGE);
      if (kind === "sbom_generate") {
        const places = run
          .read(`evidence/${kind}.json`)
          .report.packages.flatMap(({ locations }: { locations: string[] }) => locations);
        expect(places.filter((path: string) => path.startsWith("links/"))).toEqual([]);
      }
    },
    LIMIT_MS,
  );
});
