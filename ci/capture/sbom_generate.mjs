#!/usr/bin/env node
// Runs the pinned syft, by the very step that the kind plans, over the tree of every case, and rewrites what the case records.
// Usage: ci/capture/sbom_generate.mjs <path of the syft program>
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const CASES = join(ROOT, "fixtures/kinds/sbom_generate");
const MAX_RUNS = 60;

const program = process.argv[2];
if (program === undefined) throw new Error("give the path of the pinned syft");
const step = await plannedStep();
for (const name of readdirSync(CASES).sort()) capture(join(CASES, name), name === "lockfile-version-1");

async function plannedStep() {
  const folder = mkdtempSync(join(tmpdir(), "capture-"));
  const entry = { step: join(ROOT, "pipeline/kinds/sbom_generate/step.ts") };
  const outExtensions = () => ({ js: ".mjs" });
  await build({ entry, outDir: folder, format: "esm", dts: false, config: false, logLevel: "silent", outExtensions });
  const { planSbomGenerate } = await import(pathToFileURL(join(folder, "step.mjs")).href);
  rmSync(folder, { recursive: true });
  const inventory = { files: [], leftOut: [] };
  return planSbomGenerate({ inventory, pin: { versionArgv: ["-"], versionPattern: "-" } }).step;
}

/** One record; where syft answers by chance, a second one that differs. */
function capture(folder, byChance) {
  const first = run(folder);
  write(folder, "syft.json", first);
  const version = execFileSync(program, ["version", "-o", "json"], { encoding: "utf8" });
  write(folder, "command", `${step.argv.join(" ")}\nsyft ${JSON.parse(version).version}\n`);
  if (!byChance) return;
  for (let count = 0; count < MAX_RUNS; count++) {
    const next = run(folder);
    if (next === first) continue;
    write(folder, "syft-other.json", next);
    return;
  }
  throw new Error(`${folder}: ${MAX_RUNS} runs gave the same bytes`);
}

function run(folder) {
  const work = mkdtempSync(join(tmpdir(), "capture-"));
  const at = {
    scan: join(work, "scan"),
    out: join(work, "out"),
    tmp: join(work, "tmp"),
    tool: dirname(resolve(program)),
  };
  cpSync(join(folder, "tree"), join(at.scan, "tree"), { recursive: true });
  withoutSuffix(join(at.scan, "tree"));
  for (const path of [join(at.scan, "config"), at.out, at.tmp]) mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(step.staging.files)) writeFileSync(join(at.scan, "config", name), text);
  const filled = (text) => text.replace(/\{(scan|out|tmp|tool)\}/g, (_, key) => at[key]);
  const [, ...args] = step.argv.map(filled);
  const env = Object.fromEntries(Object.entries(step.env).map(([key, value]) => [key, filled(value)]));
  execFileSync(program, args, { cwd: filled(step.cwd), env, stdio: ["ignore", "ignore", "inherit"] });
  const text = readFileSync(join(at.out, "syft.json"), "utf8");
  rmSync(work, { recursive: true });
  // The only changes: where it ran, and the addresses that it was not to ask.
  return text
    .replaceAll(at.scan, "/scan")
    .replaceAll(at.tmp, "/tmp")
    .replace(/("(?:[a-z]+-base-url|proxies|index)":\[?"https:\/\/)[^/"]+/g, "$1example.invalid");
}

function withoutSuffix(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) withoutSuffix(path);
    else renameSync(path, path.replace(/\.fixture$/, ""));
  }
}

function write(folder, name, text) {
  writeFileSync(join(folder, name), text);
}
