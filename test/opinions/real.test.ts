import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { opinionsCommand } from "../../pipeline/cli/opinions-command.ts";
import { thisWorld } from "../../pipeline/cli/world.ts";
import { type OpinionSource, Opinions } from "../../schemas/opinion.ts";
import { readJson } from "../../schemas/read.ts";
import { makeTree } from "../support/tree.ts";
import { cargoLock, rustsecOf } from "./recorded.ts";
import { type Registry, startRegistry } from "./registry.ts";

const onPath = (name: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));

const VECTOR = "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const DB = {
  ...rustsecOf({ id: "RUSTSEC-2019-0009", crate: "smallvec", vector: VECTOR, fixed: "0.6.10", title: "Double free" }),
  ...rustsecOf({ id: "RUSTSEC-2021-0145", crate: "atty", informational: "unsound", title: "Unaligned read" }),
  ...rustsecOf({ id: "RUSTSEC-2020-0071", crate: "time", fixed: "0.1.43", title: "Long since fixed" }),
};

async function ask(source: OpinionSource, files: Record<string, string>, env: Record<string, string> = {}) {
  const cwd = makeTree(files);
  const world = { ...thisWorld(new AbortController().signal, false), cwd, stdout: () => undefined };
  const db = source === "npm-audit" ? undefined : "db";
  await opinionsCommand({ source, path: "tree", to: "out.json", db }, { ...world, env: { ...world.env, ...env } });
  return readJson(Opinions, readFileSync(join(cwd, "out.json"), "utf8"), "out.json");
}

describe.each(["cargo-audit", "cargo-deny"] as const)("the real %s", (tool) => {
  it.skipIf(!onPath(tool))(
    `(skipped where it is not on PATH) finds what a small database knows, whatever the tree says`,
    async () => {
      const files = {
        "tree/Cargo.lock": cargoLock(),
        "tree/.cargo/audit.toml": '[advisories]\nignore = ["RUSTSEC-2019-0009"]\n',
        "tree/.cargo/config.toml": '[build]\nrustc = "/nonexistent/program"\n',
        "tree/deny.toml": '[advisories]\nignore = ["RUSTSEC-2019-0009"]\n',
        ...Object.fromEntries(Object.entries(DB).map(([path, text]) => [`db/${path}`, text])),
      };
      const { items, packages } = await ask(tool, files);
      expect(packages).toBe(5);
      expect(items.map(({ id, purl, severity }) => [id, purl, severity])).toEqual([
        ["RUSTSEC-2021-0145", "pkg:cargo/atty@0.2.14", "none"],
        ["RUSTSEC-2019-0009", "pkg:cargo/smallvec@0.6.9", "critical"],
      ]);
    },
  );
});

const NPM = onPath("npm");
const ADVISORY = {
  ...{ id: 1, url: "https://github.com/advisories/GHSA-35jh-r3h4-6jhm", title: "Command injection", severity: "high" },
  ...{ vulnerable_versions: "<4.17.21", cwe: ["CWE-77"], cvss: { score: 0, vectorString: null } },
};
const VERSIONS = { lodash: ["4.17.19", "4.17.20", "4.17.21"] };

/** A tree whose own settings would send names and versions elsewhere, or say nothing. */
function npmTree(): Record<string, string> {
  const locked = (version: string, more: object = {}) => ({ version, ...more });
  const packages = {
    "": { name: "app", version: "1.0.0", workspaces: ["apps/*"] },
    "apps/web": { name: "web", version: "1.0.0" },
    "node_modules/web": { resolved: "apps/web", link: true },
    "node_modules/lodash": locked("4.17.19", { resolved: "https://registry.example/l.tgz", dev: true }),
    "node_modules/@a/b": locked("1.0.0", { resolved: "https://registry.example/b.tgz" }),
    "node_modules/private": locked("1.0.0", { resolved: `git+ssh://git@host.example/p.git#${"0".repeat(40)}` }),
  };
  return {
    "tree/package.json": JSON.stringify({ name: "app", version: "1.0.0", workspaces: ["apps/*"] }),
    "tree/package-lock.json": JSON.stringify({ name: "app", version: "1.0.0", lockfileVersion: 3, packages }),
    "tree/.npmrc": "registry=http://127.0.0.1:9/\noffline=true\naudit=false\nomit=dev\n",
  };
}

describe("the real npm audit, against a registry on the loopback", () => {
  let registry: Registry | undefined;
  afterEach(() => registry?.close());

  const asking = async (advisories: Record<string, (typeof ADVISORY)[]>, status = 200) => {
    registry = await startRegistry(advisories, VERSIONS, status);
    return await ask("npm-audit", npmTree(), { npm_config_registry: registry.url, npm_config_offline: "true" });
  };

  it.skipIf(!NPM)(
    "(skipped without npm) is told names and versions of the registry's packages, and nothing else",
    async () => {
      const { items, packages, database } = await asking({ lodash: [ADVISORY] });
      expect(registry?.asked).toEqual([{ lodash: ["4.17.19", "4.17.20"], "@a/b": ["1.0.0"] }]);
      expect(packages).toBe(2);
      expect(database).toEqual({ advisories: null, sha256: null, asked: expect.any(String) });
      expect(items).toMatchObject([{ id: "GHSA-35jh-r3h4-6jhm", purl: "pkg:npm/lodash@4.17.19", severity: "high" }]);
    },
  );

  it.skipIf(!NPM)("(skipped without npm) is refused when it answers nothing, or fails", async () => {
    await expect(asking({})).rejects.toMatchObject({ code: "DOCUMENT_INVALID" });
    registry?.close();
    await expect(asking({}, 405)).rejects.toMatchObject({ code: "NETWORK_FAILED" });
  });
});
