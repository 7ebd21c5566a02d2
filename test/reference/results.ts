import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { gate } from "../support/gate.ts";
import { makeTree } from "../support/tree.ts";

const lockfile = (name: string) =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: { "": {}, [`node_modules/${name}`]: { version: "1.0.0", license: "MIT" } },
  });
const REGISTER = {
  schemaVersion: "supply-gate/register-1",
  components: [
    {
      component_id: "oss.demo",
      name: "demo",
      upstream_ref: "pkg:npm/demo",
      license: "MIT",
      integration_mode_default: "embedded_lib",
      capabilities_required: [],
      pinning_policy: "exact",
      compliance_notes: "made up",
      test_fixture: "none",
      used_by_modules: ["demo"],
    },
  ],
};

/** Three trees that need no scanner: one that passes, one that fails, one that can't be judged; each with what it ends with. */
export const TREES = [
  ["a tree that passes", 0, { "package-lock.json": lockfile("demo") }],
  ["a tree that fails", 1, { "package-lock.json": lockfile("other") }],
  ["a tree that can't be judged", 3, { "package-lock.json": "{" }],
] as const;

/** The text of each file of the results of a real run over a tree. */
export async function resultsOf(
  files: Readonly<Record<string, string>>,
  status: number,
): Promise<ReadonlyMap<string, string>> {
  return new Map(filesBelow(await resultsFolder(files, status)));
}

/** The results of a real run over a tree. */
export async function resultsFolder(files: Readonly<Record<string, string>>, status: number): Promise<string> {
  const folder = makeTree({
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`tree/${path}`, text])),
    "policy.yaml": JSON.stringify({
      schemaVersion: "supply-gate/policy-1",
      extends: "recommended",
      register: "register.yaml",
    }),
    "register.yaml": JSON.stringify(REGISTER),
  });
  const own = ["--engine", "host", "--only", "oss_register_audit", "--mode", "release", "--as-of", "2026-01-31"];
  const args = ["run", "tree", "--policy", "policy.yaml", "--out", "out", "--quiet", ...own];
  const ended = await gate(args, { cwd: folder, env: { SUPPLY_GATE_CACHE: join(folder, "cache") } });
  if (ended.status !== status) throw new Error(`ended with ${ended.status}, expected ${status}: ${ended.stderr}`);
  return join(folder, "out");
}

/** Path and text of each file, sorted. */
export function filesBelow(root: string, folder = root): [string, string][] {
  return readdirSync(folder)
    .sort()
    .flatMap((name): [string, string][] => {
      const path = join(folder, name);
      return statSync(path).isDirectory()
        ? filesBelow(root, path)
        : [[relative(root, path), readFileSync(path, "utf8")]];
    });
}
