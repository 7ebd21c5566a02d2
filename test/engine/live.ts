import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { ROOT } from "../support/shared-data.ts";

const { env } = process;
const DAGGER = env["_EXPERIMENTAL_DAGGER_CLI_BIN"] ?? "dagger";
const BUNDLE = join(ROOT, "pipeline/dist/gate.mjs");

/** Options that name the image lock of SUPPLY_GATE_IMAGES; without it the built-in lock is used. */
export const IMAGES: readonly string[] =
  env["SUPPLY_GATE_IMAGES"] === undefined ? [] : ["--images", resolve(ROOT, env["SUPPLY_GATE_IMAGES"])];

/** Why nothing here can run; undefined when an engine answers. */
export const missing: string | undefined = whatIsMissing();

/** A title that says why its tests are skipped, when they are. */
export const titled = (what: string): string => (missing === undefined ? what : `${what} (skipped: ${missing})`);

function whatIsMissing(): string | undefined {
  if (!existsSync(BUNDLE)) return "pipeline/dist/gate.mjs is not built";
  try {
    execFileSync(DAGGER, ["--silent", "core", "version"], { stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
    return undefined;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: Buffer };
    if (code === "ENOENT") return "no dagger on PATH";
    const words = (stderr?.toString() ?? "").split("\n").filter((line) => line.trim() !== "");
    return `no engine answers: ${words.at(-1) ?? code ?? "dagger failed"}`;
  }
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the committed bundle, in a folder. */
export const gateIn = (cwd: string, ...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, [BUNDLE, ...args], cwd);
export const gate = (...args: readonly string[]): Promise<Ended> => gateIn(ROOT, ...args);

/** Calls the module of this checkout. */
export const call = (...args: readonly string[]): Promise<Ended> => run(DAGGER, ["--silent", "call", ...args], ROOT);

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", fail);
    child.on("close", (status) => done({ status, stdout: stdout.trim(), stderr }));
  });
}

/** The example project with its policy and register, and one secret that is made here. */
export function exampleTree(): string {
  const root = mkdtempSync(join(tmpdir(), "supply-gate-engine-"));
  cpSync(join(ROOT, "examples/demo/project"), root, { recursive: true });
  for (const name of ["policy.yaml", "register.yaml"]) cpSync(join(ROOT, "examples/demo", name), join(root, name));
  const token = ["ghp", "1a2B3c4D5e6F7g8H9i0JkLmNoPqRsTuVwXyZ"].join("_");
  writeFileSync(join(root, "src/settings.ts"), `export const token = "${token}";\n`);
  return root;
}

/** A folder that is not there yet. */
export const newFolder = (): string => join(mkdtempSync(join(tmpdir(), "supply-gate-engine-")), "new");

/** Every file of a results folder but those of `run/`, with its text. */
export function resultsOf(folder: string): Map<string, string> {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return new Map(
    paths
      .filter((path) => !path.startsWith("run/"))
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}
