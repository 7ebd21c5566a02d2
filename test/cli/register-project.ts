import { join } from "node:path";
import { makeTree } from "../support/tree.ts";

const POLICY = { schemaVersion: "supply-gate/policy-1", extends: "recommended", register: "register.yaml" };
const ROW = {
  component_id: "made.up",
  name: "made-up",
  upstream_ref: "pkg:npm/made-up",
  license: "MIT",
  integration_mode_default: "embedded_lib",
  capabilities_required: [],
  pinning_policy: "exact version",
  compliance_notes: "made up",
  test_fixture: "test/cli/register-project.ts",
  used_by_modules: ["test"],
};
const LOCKFILE = {
  name: "registered",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: {
    "": { name: "registered", version: "1.0.0", license: "MIT", dependencies: { "made-up": "1.0.0" } },
    "node_modules/made-up": {
      version: "1.0.0",
      license: "MIT",
      resolved: "https://registry.example/made-up.tgz",
      integrity: `sha512-${"A".repeat(86)}==`,
    },
  },
};

/** A folder with a tree of one package, whose register has a row for it or none; `oss_register_audit` judges it without any tool. */
export function registerProject(hasRow = true): string {
  const components = hasRow ? [ROW] : [];
  const root = makeTree({
    "policy.yaml": JSON.stringify(POLICY),
    "register.yaml": JSON.stringify({ schemaVersion: "supply-gate/register-1", components }),
    "tree/package-lock.json": JSON.stringify(LOCKFILE),
    "tree/a.ts": "export const run = 0;\n",
  });
  return join(root, "tree");
}

/** For any command, in that tree. */
export const TREE_ARGS = ["--policy", "../policy.yaml", "--as-of", "2026-01-01"] as const;
/** Nothing is asked of the machine. */
export const HOST_ARGS = ["--engine", "host", "--sandbox", "none"] as const;
