import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findRegistries } from "../../pipeline/cli/licenses-registries.ts";
import { thisWorld } from "../../pipeline/cli/world.ts";
import type { Ecosystem } from "../../schemas/common.ts";
import { makeTree } from "../support/tree.ts";

afterEach(() => vi.unstubAllEnvs());

const ALL: ReadonlySet<Ecosystem> = new Set(["npm", "crates.io", "Go", "PyPI"] as const);
const REGISTRY = "https://r.invalid/npm/";

async function found(given: readonly string[], env: Readonly<Record<string, string>>, needed = ALL) {
  const world = { ...thisWorld(new AbortController().signal, false), env: { PATH: "/nowhere", ...env } };
  const { goPrivate, ...registries } = await findRegistries(given, needed, world);
  const { Go, ...others } = registries;
  const alone = Object.entries(others).map(([name, url]) => [name, url?.href ?? null]);
  return { ...Object.fromEntries(alone), Go: Go.map(({ href }) => href), goPrivate };
}

/** Programs that answer as a shell script says. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const folder = makeTree({});
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const NONE = { npm: null, "crates.io": null, PyPI: null, Go: [], goPrivate: [] };

describe("where the registries are", () => {
  it("is nowhere on a machine without package managers", async () => {
    expect(await found([], {})).toEqual(NONE);
  });

  it("is what the caller says, before all else, with a slash at the end", async () => {
    const given = [
      "NPM=https://r.invalid/npm",
      "crates.io=https://r.invalid/i//",
      "go=https://r.invalid",
      "pypi=https://r.invalid/s/",
    ];
    const env = { npm_config_registry: "https://other.invalid/", PIP_INDEX_URL: "https://other.invalid/" };
    expect(await found(given, env)).toEqual({
      npm: REGISTRY,
      "crates.io": "https://r.invalid/i/",
      Go: ["https://r.invalid/"],
      PyPI: "https://r.invalid/s/",
      goPrivate: [],
    });
  });

  it("is what the environment says, then what the tools answer", async () => {
    const PATH = programs({
      npm: 'echo "https://r.invalid/npm"',
      go: 'printf "https://r.invalid/a,https://r.invalid/b|direct\\ncorp.invalid/*,x.invalid\\n"',
      python3: 'case "$*" in *config*) exit 1 ;; *) echo "https://r.invalid/simple" ;; esac',
    });
    const answered = {
      npm: REGISTRY,
      "crates.io": null,
      PyPI: "https://r.invalid/simple/",
      Go: ["https://r.invalid/a/", "https://r.invalid/b/"],
      goPrivate: ["corp.invalid/*", "x.invalid"],
    };
    expect(await found([], { PATH })).toEqual(answered);
    const env = { PATH, npm_config_registry: "https://e.invalid", PIP_INDEX_URL: "https://e.invalid/simple" };
    expect(await found([], env)).toEqual({
      ...answered,
      npm: "https://e.invalid/",
      PyPI: "https://e.invalid/simple/",
    });
    expect(await found([], { PATH }, new Set(["PyPI"]))).toEqual({ ...NONE, PyPI: "https://r.invalid/simple/" });
  });

  it.each([
    ["npm", '--registry: found "npm", expected <ecosystem>=<address>'],
    ["maven=https://r.invalid", '--registry: found "maven=https://r.invalid", expected <ecosystem>=<address>'],
    ["npm=", '--registry: found "npm=", expected <ecosystem>=<address>'],
    ["npm=file:///etc", "npm: found a registry that is no address, expected https://…"],
    ["npm=https://u:made-up@r.invalid", "npm: found a registry with a password in its address, expected none"],
  ])("is refused as %s", async (given, message) => {
    await expect(found([given], {})).rejects.toMatchObject({ code: "USAGE_INVALID", message });
  });

  it("never shows a password, whatever else is wrong", async () => {
    await expect(found(["maven=https://u:made-up@r.invalid"], {})).rejects.toMatchObject({
      message: '--registry: found "maven=https://…@r.invalid", expected <ecosystem>=<address>',
    });
  });
});

const npm = join(dirname(process.execPath), "npm");

describe.skipIf(!existsSync(npm))("where npm's registry is (skipped where npm does not lie beside node)", () => {
  it("is not what somebody wrote beside the folder for temporary files", { timeout: 60_000 }, async () => {
    const shared = makeTree({ "package.json": "{}", ".npmrc": "registry=https://elsewhere.invalid/\n" });
    mkdirSync(join(shared, "home"));
    writeFileSync(join(shared, "home/.npmrc"), `registry=${REGISTRY}\n`);
    vi.stubEnv("TMPDIR", shared);
    const env = { PATH: `${dirname(npm)}:/usr/bin:/bin`, HOME: join(shared, "home") };
    expect((await found([], env, new Set(["npm"]))).npm).toBe(REGISTRY);
  });
});
