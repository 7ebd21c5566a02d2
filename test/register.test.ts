import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PINS } from "../pipeline/cli/pins.ts";
import { ossRegisterAudit } from "../pipeline/kinds/oss_register_audit/index.ts";
import { readRegister } from "../pipeline/kinds/oss_register_audit/register.ts";
import type { Component } from "../schemas/component.ts";
import { RegisterRow } from "../schemas/register.ts";
import { inventoryOf, POLICY } from "./kinds/license_scan/tree.ts";
import { ROOT } from "./support/shared-data.ts";

const REGISTER = readRegister(read("docs/OSS_REGISTER.yaml"), "docs/OSS_REGISTER.yaml");
const LOCK = JSON.parse(read("package-lock.json")) as { packages: Record<string, { dev?: boolean; license?: string }> };
const SHIPPED = runtimeComponents(LOCK);

it("A-58: every runtime dependency of package-lock.json has a complete row, and none under GPL or AGPL is linked", () => {
  expect(SHIPPED.length).toBeGreaterThan(200);
  expect(judged(SHIPPED).findings).toEqual([]);
});

it("A-57: a dependency without a row, or linked under AGPL, is a finding", () => {
  const added = { ...component("node_modules/@made-up/left", "MIT"), purl: "pkg:npm/%40made-up/left@1.0.0" };
  const linked = { ...component("node_modules/zod", "AGPL-3.0-only") };
  const rules = judged([added, linked]).findings.map(({ rule }) => rule);
  expect(rules.filter((rule) => rule !== "register.dead")).toEqual(["register.missing", "register.isolation"]);
});

it("A-05 A-56: every pinned tool has a row as an external process, under the licence of its pin", () => {
  const rows = REGISTER.components.filter(({ integration_mode_default: mode }) => mode === "external_process");
  const pinned = Object.entries(PINS.tools).map(([name, { license }]) => [name, license]);
  expect(rows.map(({ name, license }) => [name, license])).toEqual(pinned.sort());
});

it("A-51: the ten columns stand in the protocol's order, in the YAML file and in its Markdown form", () => {
  const [heading = ""] = read("docs/OSS_REGISTER.md")
    .split("\n")
    .filter((line) => line.startsWith("| component_id"));
  expect(
    heading
      .split("|")
      .map((cell) => cell.trim())
      .filter((cell) => cell !== ""),
  ).toEqual(Object.keys(RegisterRow.shape));
});

it("A-50: the register has no dead row and is what `node ci/register.mjs` makes", () => {
  execFileSync(process.execPath, ["ci/register.mjs", "--check"], { cwd: ROOT });
});

function judged(components: Component[]) {
  return ossRegisterAudit.judge({
    report: REGISTER,
    inventory: inventoryOf([]),
    lockfiles: [],
    components: { components, dependencies: [] },
    policy: { ...POLICY, register: "docs/OSS_REGISTER.yaml" },
    mode: "release",
    step: undefined,
    names: {},
  });
}

function runtimeComponents({ packages }: typeof LOCK): Component[] {
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  return shipped.map(([path, { license }]) => component(path, license));
}

function component(path: string, license: string | undefined): Component {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  return {
    purl: `pkg:npm/${name.replace("@", "%40")}@1.0.0`,
    name,
    version: "1.0.0",
    ecosystem: "npm",
    scope: "runtime",
    declaredLicenses: license === undefined ? [] : [license],
    locations: ["package-lock.json"],
    seenBy: ["lockfile"],
    cpes: [],
    hashes: [],
  };
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
