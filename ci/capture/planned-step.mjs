// What the capture scripts of secret_scan and vuln_scan share: every case's tree is planned by the real plan, run by the real host engine
// with the tool of the given path, and what it left is written into the case's folder.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const MODULES = {
  cases: "test/support/recorded-case.ts",
  engine: "pipeline/execute/host/engine.ts",
  advisories: "pipeline/advisories/build.ts",
};

/** Records every case of a kind. `tidied` takes out of a text of the tool what is a clock's or a secret. */
export async function captureKind(kind, tidied) {
  const program = process.argv[2];
  if (program === undefined) throw new Error(`give the path of the pinned ${kind} tool`);
  const modules = await loaded();
  const cases = join(ROOT, "fixtures/kinds", kind);
  for (const name of readdirSync(cases).sort()) await capture(modules, join(cases, name), resolve(program), tidied);
}

async function loaded() {
  const folder = mkdtempSync(join(tmpdir(), "capture-"));
  const outExtensions = () => ({ js: ".mjs" });
  const entry = Object.fromEntries(Object.entries(MODULES).map(([name, path]) => [name, join(ROOT, path)]));
  const loader = { ".py": "text", ".txt": "text" };
  const how = { format: "esm", platform: "node", dts: false, deps: { alwaysBundle: [/./] }, loader, outExtensions };
  await build({ entry, outDir: folder, config: false, logLevel: "silent", ...how });
  const load = (name) => import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  const [cases, engine, advisories] = await Promise.all(Object.keys(MODULES).map(load));
  rmSync(folder, { recursive: true });
  return { ...cases, ...engine, ...advisories };
}

async function capture(modules, folder, program, tidied) {
  const { root, job } = modules.planCase(folder);
  const runDir = realpathSync(mkdtempSync(join(tmpdir(), "capture-")));
  const step = given(folder, root, job.step);
  const advisories = step.staging.advisories ? await snapshot(modules, folder, runDir) : undefined;
  const engine = await modules.createHostEngine({
    source: realpathSync(root),
    advisories,
    tools: new Map([[step.tool, { dir: dirname(program), sameBinds: [] }]]),
    runDir,
    cpus: 1,
    memoryBytes: 8 * 1024 ** 3,
    sandbox: "none",
    env: {},
  });
  const events = { started() {}, ended() {} };
  const outcome = (await engine.execute([step], new AbortController().signal, events)).get(step.id);
  const text = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);
  // The only changes: where it ran, when, and what `tidied` says.
  const plain = (found) =>
    tidied(found.replaceAll(runDir.slice(1), "run").replaceAll("run/work/step-000/scan", "scan"));
  if (text(join(outcome.logDir, "stdout")) !== "") throw new Error(`${folder}: found text on stdout`);
  const files = {
    command: `${step.argv.join(" ")}\n${step.tool} ${outcome.exit.toolVersion}\n`,
    "exit.json": `${JSON.stringify({ ...outcome.exit, outputs: undefined, ...CLOCK }, null, 2)}\n`,
    stderr: plain(text(join(outcome.logDir, "stderr"))),
    ...Object.fromEntries(step.outputs.map((name) => [name, text(join(outcome.outDir, name))])),
  };
  for (const [name, content] of Object.entries(files)) {
    rmSync(join(folder, name), { force: true });
    const final = content === undefined || !step.outputs.includes(name) ? content : plain(content);
    if (final?.includes(modules.tokenOf(folder))) throw new Error(`${folder}/${name}: holds the token`);
    if (final !== undefined) writeFileSync(join(folder, name), final);
  }
  await engine.close();
  rmSync(runDir, { recursive: true });
  rmSync(root, { recursive: true });
}

const CLOCK = {
  started: "2026-01-01T00:00:00.000Z",
  ended: "2026-01-01T00:00:00.000Z",
  wallMs: 0,
  cpuMs: 0,
  probe: null,
  maxRssBytes: 0,
};

/** `given.json`: what the tool gets in place of what was planned, to see what it says of a file that our own readers would have refused. */
function given(folder, root, step) {
  if (!existsSync(join(folder, "given.json"))) return step;
  const texts = JSON.parse(readFileSync(join(folder, "given.json"), "utf8"));
  const copies = step.staging.copies.map((copy) => {
    const text = texts[copy.source.path];
    if (text === undefined) return copy;
    writeFileSync(join(root, copy.source.path), text);
    return { ...copy, sha256: createHash("sha256").update(text).digest("hex") };
  });
  return { ...step, staging: { ...step.staging, copies } };
}

async function snapshot({ buildSnapshot }, folder, runDir) {
  const from = join(runDir, "records");
  for (const [ecosystem, records] of Object.entries(
    JSON.parse(readFileSync(join(folder, "advisories.json"), "utf8")),
  )) {
    mkdirSync(join(from, ecosystem), { recursive: true });
    for (const record of records) writeFileSync(join(from, ecosystem, `${record.id}.json`), JSON.stringify(record));
  }
  const { dir } = await buildSnapshot(from, join(runDir, "snapshot"));
  return dir;
}
