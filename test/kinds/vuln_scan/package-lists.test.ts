import { describe, expect, it } from "vitest";
import { expectedCanaries, listedCanaries, packageLists } from "../../../pipeline/kinds/vuln_scan/package-lists.ts";
import type { LockedPackage, Lockfile } from "../../../schemas/lockfile.ts";
import type { Step } from "../../../schemas/step.ts";

const locked = (name: string, version: string, more: Partial<LockedPackage> = {}): LockedPackage => ({
  name,
  version,
  ecosystem: "npm",
  dev: false,
  origin: "registry",
  ...more,
});
const lockfile = (path: string, packages: LockedPackage[]): Lockfile => ({
  path,
  format: "package-lock",
  packages,
  gaps: [],
});
const SNAPSHOT = { ecosystems: { npm: 9, PyPI: 3, Go: 3, Linux: 1 } };

/** The packages of each list. */
function listsOf(lockfiles: readonly Lockfile[], advisories: typeof SNAPSHOT | { ecosystems: object } = SNAPSHOT) {
  const { files, names } = packageLists(lockfiles, advisories as typeof SNAPSHOT);
  const packages = Object.entries(files).map(([name, text]) => [
    name,
    JSON.parse(text).results.flatMap((result: { packages: { package: object }[] }) =>
      result.packages.map((entry) => entry.package),
    ),
  ]);
  return { lists: Object.fromEntries(packages), names };
}
const stepWith = (files: readonly string[]) =>
  ({ staging: { files: Object.fromEntries(files.map((name) => [name, ""])) } }) as unknown as Step;

describe("our own lists", () => {
  it("name the same name and version in two ecosystems twice, in a list for each", () => {
    const packages = [locked("six", "1.0.0"), locked("six", "1.0.0", { ecosystem: "PyPI" })];
    const { lists, names } = listsOf([lockfile("a", packages)]);
    expect(lists["own.npm.json"]).toEqual([{ name: "six", version: "1.0.0", ecosystem: "npm" }]);
    expect(lists["own.PyPI.json"]).toEqual([{ name: "six", version: "1.0.0", ecosystem: "PyPI" }]);
    expect(names).toEqual({
      "config/own.npm.json": "osv-scanner.json",
      "config/own.PyPI.json": "osv-scanner.json",
      "config/canary.npm.json": "canary.json",
      "config/canary.PyPI.json": "canary.json",
    });
  });

  it("hold each version of all lockfiles once, sorted, and nothing that no registry has", () => {
    const { lists } = listsOf([
      lockfile("b", [locked("b", "2"), locked("b", "1"), locked("loose", "")]),
      lockfile("a", [locked("b", "2"), locked("a", "1"), locked("forked", "1", { origin: "git" })]),
    ]);
    expect(lists["own.npm.json"]).toEqual([
      { name: "a", version: "1", ecosystem: "npm" },
      { name: "b", version: "1", ecosystem: "npm" },
      { name: "b", version: "2", ecosystem: "npm" },
    ]);
  });

  it("are the same text whatever the order of the lockfiles", () => {
    const one = lockfile("a", [locked("a", "1"), locked("b", "1", { ecosystem: "Go" })]);
    const two = lockfile("b", [locked("c", "1", { ecosystem: "PyPI" })]);
    expect(Object.entries(packageLists([one, two], SNAPSHOT).files)).toEqual(
      Object.entries(packageLists([two, one], SNAPSHOT).files),
    );
  });
});

describe("the canaries' lists", () => {
  const canariesOf = (...found: Parameters<typeof listsOf>) =>
    Object.keys(listsOf(...found).lists).filter((name) => name.startsWith("canary."));

  it("name two made-up packages for each ecosystem that is locked", () => {
    expect(listsOf([lockfile("a", [locked("a", "1")])]).lists["canary.npm.json"]).toEqual([
      { name: "supply-gate-canary-version", version: "0.1.0", ecosystem: "npm" },
      { name: "supply-gate-canary-range", version: "0.1.0", ecosystem: "npm" },
    ]);
    const packages = [locked("a", ""), locked("b", "1", { ecosystem: "PyPI", origin: "git" })];
    expect(canariesOf([lockfile("a", packages)])).toEqual(["canary.PyPI.json", "canary.npm.json"]);
  });

  it("are none for a database that the snapshot does not hold: that it is missing is a problem of its own", () => {
    const packages = [locked("a", "1"), locked("b", "1", { ecosystem: "Maven" })];
    expect(canariesOf([lockfile("a", packages)])).toEqual(["canary.npm.json"]);
  });

  it("are those of the smallest database where nothing is locked, of an ecosystem whose lockfiles are read", () => {
    expect(canariesOf([lockfile("a", [])])).toEqual(["canary.Go.json"]);
    expect(canariesOf([lockfile("a", [])], { ecosystems: { Linux: 1 } })).toEqual([]);
  });

  it("are expected by the step that has them, each way of matching", () => {
    const step = stepWith(["canary.npm.json", "canary.Go.json", "own.PyPI.json", "osv-scanner.toml"]);
    expect(listedCanaries(step)).toEqual(["Go", "npm"]);
    expect(expectedCanaries(step)).toEqual([
      "SUPPLY-GATE-CANARY-GO-RANGE",
      "SUPPLY-GATE-CANARY-GO-VERSION",
      "SUPPLY-GATE-CANARY-NPM-RANGE",
      "SUPPLY-GATE-CANARY-NPM-VERSION",
    ]);
    expect(expectedCanaries(undefined)).toEqual([]);
  });
});
