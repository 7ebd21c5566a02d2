// Records what cargo-audit, cargo-deny and npm really answer when the gate asks them, and how they fail: fixtures/opinions/*.json.
//   node ci/capture/opinions.mjs ADVISORY_DB     a checkout of RustSec's advisory-db; both cargo tools and npm on PATH
// The gate runs a stand-in that passes everything on and keeps status, stdout and stderr. SUPPLY_GATE names another gate than ./gate.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

const [db] = process.argv.slice(2);
const gate = (process.env.SUPPLY_GATE ?? "./gate").split(" ");
const OUT = "fixtures/opinions";
const work = mkdtempSync(join(tmpdir(), "supply-gate-capture-"));
const at = (name) => join(work, name);

const CRATES = [
  ["atty", "0.2.14"],
  ["chrono", "0.4.19"],
  ["itoa", "1.0.11"],
  ["smallvec", "0.6.9"],
  ["time", "0.1.43"],
];
const LODASH = {
  id: 1106913,
  url: "https://github.com/advisories/GHSA-35jh-r3h4-6jhm",
  title: "Command Injection in lodash",
  severity: "high",
  vulnerable_versions: "<4.17.21",
  cwe: ["CWE-77", "CWE-94"],
  cvss: { score: 7.2, vectorString: "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H" },
};

mkdirSync(OUT, { recursive: true });
tree("crates", "Cargo.lock", cargoLock(CRATES));
tree("clean", "Cargo.lock", cargoLock([["itoa", "1.0.11"]]));
tree("npm", "package-lock.json", packageLock({ lodash: "4.17.20", "left-pad": "1.3.0" }));
tree("npm-clean", "package-lock.json", packageLock({ "left-pad": "1.3.0" }));
tree("broken-db/crates/x", "RUSTSEC-2020-0001.md", "no advisory\n");

for (const tool of ["cargo-audit", "cargo-deny"]) {
  await recorded(`${tool}-findings`, tool, "crates", ["--db", resolve(db)]);
  await recorded(`${tool}-clean`, tool, "clean", ["--db", resolve(db)]);
  await recorded(`${tool}-broken-database`, tool, "clean", ["--db", at("broken-db")]);
}
// Traps that the gate does not run into.
mkdirSync(at("empty-db/crates"), { recursive: true });
const audit = ["audit", "--no-fetch", "--stale", "--no-yanked", "--json", "--quiet"];
direct("cargo-audit-empty-database", "cargo-audit", [
  ...audit,
  "--db",
  at("empty-db"),
  "--file",
  at("crates/Cargo.lock"),
]);
direct("cargo-audit-no-lockfile", "cargo-audit", [...audit, "--db", resolve(db), "--file", at("nothing/Cargo.lock")]);
direct("npm-audit-offline", "npm", ["audit", "--json", "--offline", "--package-lock-only"], at("npm"));
await asked("npm-audit-findings", "npm", { lodash: [LODASH] });
await asked("npm-audit-clean", "npm-clean", { lodash: [LODASH] });
await asked("npm-audit-no-advisories", "npm", {});
await asked("npm-audit-refused", "npm", null);
rmSync(work, { recursive: true });

async function recorded(name, source, folder, more, env = {}) {
  const program = locate(source === "npm-audit" ? "npm" : source);
  const kept = at(`kept-${name}`);
  mkdirSync(kept);
  const standIn = at(`tool-${name}`);
  const pass = `"${program}" "$@" >"${kept}/stdout" 2>"${kept}/stderr"; status=$?`;
  const tell = `/bin/cat "${kept}/stdout"; /bin/cat "${kept}/stderr" >&2; echo "$status" >"${kept}/status"; exit "$status"`;
  writeFileSync(standIn, `#!/bin/sh\ncase "$1" in --version) exec "${program}" --version;; esac\n${pass}\n${tell}\n`);
  chmodSync(standIn, 0o755);
  const [command, ...args] = gate;
  const options = ["--to", at(`${name}.json`), "--tool", standIn, ...more];
  // Not at once: the registry of this process has to answer meanwhile.
  const child = spawn(command, [...args, "opinions", source, at(folder), ...options], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  await new Promise((done) => child.once("close", done));
  const read = (file) => readFileSync(join(kept, file), "utf8");
  store(name, Number(read("status")), read("stdout"), read("stderr"));
}

async function asked(name, folder, advisories) {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      if (request.method === "POST" && advisories === null) response.statusCode = 405;
      const versions = { "4.17.20": { name: "lodash", version: "4.17.20", dist: {} } };
      response.end(JSON.stringify(request.method === "POST" ? advisories : { name: "lodash", versions }));
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const registry = `http://127.0.0.1:${server.address().port}/`;
  await recorded(name, "npm-audit", folder, [], { npm_config_registry: registry });
  server.close();
}

function direct(name, tool, args, cwd = work) {
  const env = { PATH: process.env.PATH, HOME: work, CARGO_HOME: work, npm_config_cache: at("cache") };
  const { status, stdout, stderr } = spawnSync(locate(tool), args, { cwd, env, encoding: "utf8" });
  store(name, status, stdout, stderr);
}

function store(name, status, stdout, stderr) {
  const [out, err] = [stdout, stderr].map((text) =>
    text
      .replaceAll(/[^\s"'`]*supply-gate-(?:opinions|capture)-\w+/g, "{work}")
      .replaceAll(/127\.0\.0\.1:\d+/g, "registry.example")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T00:00:00Z")
      .replaceAll(/"date": \[\s*"[^"]*"/g, '"date": [ "" ')
      .replaceAll(/\{work\}\S*debug-0\.log/g, "{log}"),
  );
  writeFileSync(join(OUT, `${name}.json`), `${JSON.stringify({ status, stdout: out, stderr: err }, null, 2)}\n`);
  console.log(`${name}: exit ${status}`);
}

function tree(folder, file, text) {
  mkdirSync(at(folder), { recursive: true });
  writeFileSync(join(at(folder), file), text);
}

function cargoLock(crates) {
  const source = "registry+https://github.com/rust-lang/crates.io-index";
  const entries = crates.map(
    ([name, version]) => `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = "${source}"\n`,
  );
  return ["version = 3\n", '[[package]]\nname = "app"\nversion = "0.1.0"\n', ...entries].join("\n");
}

function packageLock(versions) {
  const entries = Object.entries(versions).map(([name, version]) => [
    `node_modules/${name}`,
    { version, resolved: `https://registry.example/${name}/-/${name}-${version}.tgz` },
  ]);
  const root = { name: "app", version: "1.0.0" };
  return JSON.stringify({ ...root, lockfileVersion: 3, packages: { "": root, ...Object.fromEntries(entries) } });
}

function locate(name) {
  const found = process.env.PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name}: not on PATH`);
  return realpathSync(found);
}
