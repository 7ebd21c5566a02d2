import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../../../schemas/error.ts";
import type { PipInstall } from "../../../../schemas/pins.ts";
import requirements from "../../../pins/scancode-requirements.txt" with { type: "text" };
import type { Built, Place } from "./cache.ts";
import { RouteFault, type ToolContext } from "./context.ts";
import { cleanEnv, type Ran, runProgram, type Surroundings } from "./program.ts";
import { findPythons, type Python } from "./python.ts";

const PIP_MS = 20 * 60_000;

/** What of the caller's pip settings leads to an index; hashes decide what may come from there. */
const SETTINGS = [
  ...[
    "INDEX_URL",
    "EXTRA_INDEX_URL",
    "FIND_LINKS",
    "NO_INDEX",
    "TRUSTED_HOST",
    "CERT",
    "CLIENT_CERT",
    "PROXY",
    "CONFIG_FILE",
    "CACHE_DIR",
  ],
  ...["DEFAULT_TIMEOUT", "RETRIES"],
].map((name) => `PIP_${name}`);

/**
 * Installs a locked set of wheels into a virtual environment that works wherever it is mounted, read-only, as long as the Python below it is at its place.
 * @throws RouteFault when there is no fitting Python, or the wheels can't be had; GateError PIN_MISMATCH when one has another hash
 */
export async function installPip(
  route: PipInstall,
  place: Place,
  tool: string,
  scratch: string,
  ctx: ToolContext,
): Promise<Built> {
  const digest = createHash("sha256").update(requirements).digest("hex");
  if (digest !== route.sha256) {
    const message = `pins/${route.requirements}: found sha256:${digest}, expected sha256:${route.sha256}`;
    throw new GateError("PIN_MISMATCH", message, {
      next: "write both with ci/lock-scancode.sh, or get this program anew",
    });
  }
  if (!route.platforms.includes(place.platform)) {
    throw new RouteFault(
      `some of its parts are published for ${route.platforms.join(", ")} only, found ${place.platform}`,
    );
  }
  mkdirSync(join(scratch, "tmp"), { recursive: true });
  const env = cleanEnv(ctx.env, SETTINGS, { HOME: ctx.env["HOME"] ?? scratch, TMPDIR: join(scratch, "tmp") });
  const surroundings = { cwd: scratch, env, signal: ctx.signal, timeoutMs: PIP_MS };
  const python = await makeEnvironment(await findPythons(route.pythons, surroundings), tool, surroundings);
  ctx.log({ tool: place.name, phase: "downloading", detail: `with Python ${python.version} of ${python.prefix}` });
  writeFileSync(join(scratch, route.requirements), requirements);
  await fill(join(tool, "bin", "python"), join(scratch, route.requirements), place, surroundings);
  await settle(tool, surroundings);
  const inside = python.executable.startsWith(`${python.prefix}/`);
  return {
    route: "pip",
    builtWith: { python: python.version },
    sameBinds: inside ? [python.prefix] : [python.prefix, dirname(python.executable)],
  };
}

/** The first Python that can make an environment with pip in it: Debian's can't without a package of its own. */
async function makeEnvironment(pythons: readonly Python[], tool: string, surroundings: Surroundings): Promise<Python> {
  const faults: string[] = [];
  for (const python of pythons) {
    const ran = await runProgram([python.executable, "-I", "-m", "venv", tool], surroundings);
    if (ran.fault === null) return python;
    rmSync(tool, { recursive: true, force: true });
    const advice = /ensurepip/.test(ran.stdout + ran.stderr) ? " (on Debian and Ubuntu: install python3-venv)" : "";
    faults.push(`${python.executable} -m venv: ${ran.fault}${advice}`);
  }
  throw new RouteFault(faults.join("; "));
}

async function fill(python: string, file: string, { name, pin }: Place, surroundings: Surroundings): Promise<void> {
  const options = [
    "--require-hashes",
    "--no-deps",
    "--only-binary=:all:",
    "--no-compile",
    "--no-input",
    "--disable-pip-version-check",
  ];
  const ran = await runProgram([python, "-m", "pip", "install", "--quiet", ...options, "-r", file], surroundings);
  if (ran.fault === null) return;
  const said = ran.stdout + ran.stderr;
  if (!/DO NOT MATCH THE HASHES/.test(said)) throw new RouteFault(`pip install: ${ran.fault}`);
  const wheel = / {4}(\S.*?) from /.exec(said)?.[1] ?? "a wheel";
  const found = /Got\s+([0-9a-f]{64})/.exec(said)?.[1] ?? "another digest";
  const expected = [...said.matchAll(/Expected\s+\w+\s+([0-9a-f]{64})/g)].map((match) => `sha256:${match[1]}`);
  const message = `${name} ${pin.version}: ${wheel}: found sha256:${found}, expected ${expected.join(" or ")}`;
  throw new GateError("PIN_MISMATCH", message, {
    next: "find out what answers for the package index (pip config list)",
  });
}

/** Compiles once, so that nothing is written when the tool runs, and takes out what only installing needed or names this temporary folder. */
async function settle(tool: string, surroundings: Surroundings): Promise<void> {
  const python = join(tool, "bin", "python");
  mustRun(
    await runProgram(
      [python, "-m", "pip", "uninstall", "--quiet", "--yes", "pip", "setuptools", "wheel"],
      surroundings,
    ),
    "pip uninstall",
  );
  // By no time stamp, and with the paths of the sandbox: equal wheels, equal bytes. A file for another Python can't be compiled, nor is it imported.
  const options = ["-f", "-q", "-q", "--invalidation-mode", "unchecked-hash", "-s", tool, "-p", "/tool"];
  await runProgram([python, "-I", "-m", "compileall", ...options, join(tool, "lib")], surroundings);
  for (const name of readdirSync(join(tool, "bin"))) {
    if (!/^python[\d.]*$/.test(name)) rmSync(join(tool, "bin", name), { recursive: true });
  }
  withoutLines(join(tool, "pyvenv.cfg"), /^command/);
  for (const path of readdirSync(join(tool, "lib"), { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".dist-info/RECORD")) withoutLines(join(tool, "lib", path), /^(\.\.\/)+bin\//);
  }
}

function withoutLines(path: string, unwanted: RegExp): void {
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, lines.filter((line) => !unwanted.test(line)).join("\n"));
}

function mustRun(ran: Ran, what: string): void {
  if (ran.fault !== null) throw new RouteFault(`${what}: ${ran.fault}`);
}
