// What the gate costs over its slowest scanner: `npm run bench [-- --files 400,3000]`. Needs the pinned tools; speed is judged here, never in a test.
import { spawnSync } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const GATE = join(ROOT, "pipeline/dist/gate.mjs");
const KINDS = ["secret_scan", "vuln_scan", "sbom_generate", "license_scan"];
const LIMITS = { ratio: 1.1, ownMs: 1500, memory: 300e6 };

const work = mkdtempSync(join(tmpdir(), "supply-gate-bench-"));
try {
  const advisories = demoAdvisories();
  const parallel = machineYield();
  console.log(`this machine: two busy loops at once do the work of ${parallel.toFixed(2)}`);
  for (const count of filesAsked()) measure(count, parallel, advisories);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function filesAsked() {
  const at = process.argv.indexOf("--files");
  return (at < 0 ? "400,3000" : process.argv[at + 1]).split(",").map(Number);
}

function measure(count, parallel, advisories) {
  const tree = join(work, `tree-${count}`);
  const { files, bytes } = makeTree(tree, count);
  console.log(`\n${files} files, ${(bytes / 1e6).toFixed(1)} MB, first-party, with this project's package-lock.json`);
  const alone = Object.fromEntries(
    KINDS.map((kind) => [kind, gate(tree, advisories, ["--only", kind]).steps[kind].wallMs]),
  );
  for (const [kind, ms] of Object.entries(alone)) console.log(`  ${kind.padEnd(16)} alone ${seconds(ms)}`);
  const sum = Object.values(alone).reduce((total, ms) => total + ms, 0);
  const floor = Math.max(...Object.values(alone), sum / parallel);
  const whole = gate(tree, advisories, []);
  const { plan, stage, decide } = whole.phaseMs;
  const own = plan + stage + decide;
  console.log(
    `  gate, cold       ${seconds(whole.wallMs)}: plan ${plan} ms, stage ${stage} ms, scan ${whole.phaseMs.scan} ms, decide ${decide} ms`,
  );
  say(
    "wall over max(slowest alone, sum ÷ yield)",
    (whole.wallMs / floor).toFixed(2),
    whole.wallMs / floor <= LIMITS.ratio,
    LIMITS.ratio,
  );
  say("plan, staging and decide together, ms", own, own <= LIMITS.ownMs, LIMITS.ownMs);
  say(
    "peak memory of our own process, MB",
    Math.round(whole.maxRssBytes / 1e6),
    whole.maxRssBytes <= LIMITS.memory,
    LIMITS.memory / 1e6,
  );
}

function say(what, value, good, limit) {
  console.log(`  ${good ? "within" : "OVER  "} ${what}: ${value} (limit ${limit})`);
  if (!good) process.exitCode = 1;
}

function gate(tree, advisories, more) {
  const out = join(work, "out");
  rmSync(out, { recursive: true, force: true });
  const args = [GATE, "run", tree, "--engine", "host", "--advisories", advisories, "--out", out, "--quiet", ...more];
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status === null || ![0, 1, 3].includes(status)) throw new Error(`the gate ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(join(out, "run/run.json"), "utf8"));
}

/** First-party files out of what is installed: the parts of their paths that say otherwise get another name. */
function makeTree(tree, count) {
  let files = 0;
  let bytes = 0;
  for (const path of walk(join(ROOT, "node_modules"))) {
    if (files === count) break;
    const to = join(tree, "src", path.slice(ROOT.length).replaceAll("node_modules", "modules"));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(path, to);
    files += 1;
    bytes += lstatSync(path).size;
  }
  cpSync(join(ROOT, "package-lock.json"), join(tree, "package-lock.json"));
  return { files: files + 1, bytes };
}

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile() && /\.(m?[jt]s|json|md|txt)$|^LICEN/i.test(entry.name) && lstatSync(path).size < 200_000)
      yield path;
  }
}

function demoAdvisories() {
  const to = join(work, "advisories");
  const from = join(ROOT, "examples/demo/advisories");
  const { status, stderr } = spawnSync(process.execPath, [GATE, "advisories", "build", "--from", from, "--to", to], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return to;
}

/** The work of two busy processes at once over that of one, in the same time. */
function machineYield() {
  const script = join(work, "busy.mjs");
  writeFileSync(script, "let x = 0; for (let i = 0; i < 1.5e9; i++) x = (x + i) | 0; process.stdout.write(String(x));");
  const one = timed(() => spawnSync(process.execPath, [script]));
  const pair = `const {spawn}=require("node:child_process");for(let i=0;i<2;i++)spawn(process.execPath,[${JSON.stringify(script)}])`;
  const two = timed(() => spawnSync(process.execPath, ["-e", pair]));
  return Math.max(1, (2 * one) / two);
}

function timed(task) {
  const began = performance.now();
  task();
  return performance.now() - began;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
