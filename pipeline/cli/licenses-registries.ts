import { execFile } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ecosystem } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Registries } from "../licenses/registry/registries.ts";
import type { World } from "./world.ts";

const NAMES = ["npm", "crates.io", "Go", "PyPI"] as const;
type Name = (typeof NAMES)[number];

/**
 * Where the caller's own package managers get packages, as far as `needed`: by `--registry`, else by environment, else as the tools themselves
 * say when they are asked in a folder of their own. The scanned tree is never asked.
 * @throws GateError USAGE_INVALID for an address that can't be
 */
export async function findRegistries(
  given: readonly string[],
  needed: ReadonlySet<Ecosystem>,
  world: World,
): Promise<Registries> {
  const asked = givenRegistries(given);
  const open = (name: Name): boolean => needed.has(name) && !asked.has(name);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "supply-gate-registries-")));
  // Without it npm would look for a project, and its settings, in the folders above, which others may write to.
  writeFileSync(join(folder, "package.json"), "{}\n");
  const ask: Ask = (program, ...args) => answerOf(program, args, folder, world);
  try {
    const npm = open("npm") ? (world.env["npm_config_registry"] ?? (await askNpm(ask))) : undefined;
    const pip = open("PyPI") ? (world.env["PIP_INDEX_URL"] ?? (await askPip(ask))) : undefined;
    const go = open("Go") ? await ask("go", "env", "GOPROXY", "GONOPROXY") : undefined;
    const [proxies = "", kept = ""] = (go ?? "").split("\n");
    const proxy = asked.get("Go");
    return {
      npm: asked.get("npm") ?? addressOf(npm, "npm") ?? null,
      PyPI: asked.get("PyPI") ?? addressOf(pip, "PyPI") ?? null,
      "crates.io": asked.get("crates.io") ?? null,
      Go: proxy === undefined ? proxiesOf(proxies) : [proxy],
      goPrivate: kept.split(",").filter((pattern) => pattern !== ""),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function givenRegistries(given: readonly string[]): Map<Name, URL> {
  const asked = new Map<Name, URL>();
  for (const word of given) {
    const at = word.indexOf("=");
    const name = NAMES.find((each) => each.toLowerCase() === word.slice(0, at).toLowerCase());
    const url = name === undefined ? undefined : addressOf(word.slice(at + 1), name);
    if (name === undefined || url === undefined) {
      throw new GateError(
        "USAGE_INVALID",
        `--registry: found "${withoutPassword(word)}", expected <ecosystem>=<address>`,
        {
          next: `name one of ${NAMES.join(", ")} and an address that begins with https://`,
        },
      );
    }
    asked.set(name, url);
  }
  return asked;
}

/** What is shown may be kept in a log. */
function withoutPassword(word: string): string {
  return word.replace(/\/\/[^/]*@/, "//…@");
}

/** With a slash at the end; undefined for an empty text. */
function addressOf(text: string | undefined, name: string): URL | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const address = text.trim().replace(/\/*$/, "/");
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new GateError("USAGE_INVALID", `${name}: found a registry that is no address, expected https://…`, {
      next: `give one with --registry ${name}=https://…`,
    });
  }
  const url = new URL(address);
  if (url.username === "" && url.password === "") return url;
  throw new GateError("USAGE_INVALID", `${name}: found a registry with a password in its address, expected none`, {
    next: `give one without with --registry ${name}=https://…`,
  });
}

type Ask = (program: string, ...args: readonly string[]) => Promise<string | undefined>;

async function askNpm(ask: Ask): Promise<string | undefined> {
  return await ask("npm", "config", "get", "registry");
}

async function askPip(ask: Ask): Promise<string | undefined> {
  const configured = await ask("python3", "-m", "pip", "config", "get", "global.index-url");
  const program = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)";
  return configured ?? (await ask("python3", "-c", program));
}

/** `direct` and `off` are no proxies: what only they would answer is not asked for. */
function proxiesOf(text: string): URL[] {
  return text.split(/[,|]/).flatMap((word) => (/^https?:/.test(word) ? (addressOf(word, "Go") ?? []) : []));
}

/** What a program answers in that folder; undefined when it isn't there, fails or says nothing. */
function answerOf(program: string, args: readonly string[], cwd: string, world: World): Promise<string | undefined> {
  const env = Object.fromEntries(Object.entries(world.env).filter(([, value]) => value !== undefined));
  const options = { cwd, env, timeout: 20_000, maxBuffer: 64 * 1024, signal: world.signal };
  return new Promise((resolve) => {
    execFile(program, [...args], options, (error, stdout) => {
      const answer = stdout.toString().trim();
      resolve(error !== null || answer === "" || answer === "undefined" ? undefined : answer);
    });
  });
}
