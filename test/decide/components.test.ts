import { describe, expect, it } from "vitest";
import { mergeComponents } from "../../pipeline/decide/components.ts";
import type { SbomPackage, SbomReport } from "../../pipeline/kinds/sbom_generate/reader.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import type { LockedPackage, Lockfile } from "../../schemas/lockfile.ts";
import { collected, recorded, treeOf } from "../kinds/sbom_generate/case.ts";

function locked(name: string, version: string, more: Partial<LockedPackage> = {}): LockedPackage {
  return { name, version, ecosystem: "npm", dev: false, origin: "registry", ...more };
}

function lockfile(path: string, ...packages: LockedPackage[]): Lockfile {
  return { path, format: "package-lock", packages, gaps: [] };
}

function found(purl: string, more: Partial<SbomPackage> = {}): SbomPackage {
  const list = { declaredLicenses: [], locations: ["from-syft"], cpes: [], hashes: [] };
  return { purl, name: "syft's name", version: "syft's version", ecosystem: "npm", local: false, ...list, ...more };
}

function report(packages: SbomPackage[], dependencies: SbomReport["dependencies"] = []): SbomReport {
  return { canaries: [], packages, dependencies, unread: [] };
}

describe("mergeComponents", () => {
  it("merges one package of several lockfiles and of syft, with the lockfile's own spelling", () => {
    const lockfiles = [
      lockfile("b/package-lock.json", locked("a", "1.0.0", { license: "MIT" })),
      lockfile("a/package-lock.json", locked("a", "1.0.0", { license: "ISC" })),
    ];
    const hash = { algorithm: "SHA-256", value: "00" };
    const syft = report([found("pkg:npm/a@1.0.0", { declaredLicenses: ["Apache-2.0", "MIT"], hashes: [hash] })]);
    expect(mergeComponents(lockfiles, syft)).toEqual({
      components: [
        {
          purl: "pkg:npm/a@1.0.0",
          name: "a",
          version: "1.0.0",
          ecosystem: "npm",
          scope: "runtime",
          declaredLicenses: ["Apache-2.0", "ISC", "MIT"],
          locations: ["a/package-lock.json", "b/package-lock.json", "from-syft"],
          seenBy: ["lockfile", "syft"],
          cpes: [],
          hashes: [hash],
        },
      ],
      dependencies: [],
    });
  });

  it.each([
    [true, true, "development"],
    [true, false, "runtime"],
    [false, true, "runtime"],
  ])("is for development only when every lockfile says so (%s, %s)", (one, other, scope) => {
    const lockfiles = [lockfile("a", locked("a", "1", { dev: one })), lockfile("b", locked("a", "1", { dev: other }))];
    const { components } = mergeComponents(lockfiles, report([found("pkg:npm/a@1")]));
    expect(components.map((component) => component.scope)).toEqual([scope]);
  });

  it("counts what only syft lists as runtime", () => {
    const { components } = mergeComponents([], report([found("pkg:gem/rails@7.0.0", { ecosystem: "RubyGems" })]));
    expect(components).toMatchObject([{ purl: "pkg:gem/rails@7.0.0", scope: "runtime", seenBy: ["syft"] }]);
  });

  it("takes two spellings of a name or version as the same where the ecosystem does", () => {
    const lockfiles = [
      lockfile("go.mod", locked("github.com/BurntSushi/toml", "1.3.2", { ecosystem: "Go" })),
      lockfile("poetry.lock", locked("Foo_Bar", "1.0", { ecosystem: "PyPI" })),
      lockfile("package-lock.json", locked("JSONStream", "1.3.5")),
    ];
    const syft = collected(recorded("every-format"));
    const purls = ["pkg:golang/github.com/BurntSushi/toml@v1.3.2", "pkg:pypi/foo-bar@1.0"];
    const both = mergeComponents(lockfiles, {
      ...syft,
      packages: syft.packages.filter(({ purl }) => purls.includes(purl)),
    });
    expect(both.components.map(({ purl, name, version, seenBy }) => [purl, name, version, seenBy.length])).toEqual([
      ["pkg:golang/github.com/BurntSushi/toml@v1.3.2", "github.com/BurntSushi/toml", "v1.3.2", 2],
      ["pkg:npm/jsonstream@1.3.5", "JSONStream", "1.3.5", 1],
      ["pkg:pypi/foo-bar@1.0", "Foo_Bar", "1.0", 2],
    ]);
  });

  it("has of each hash one, sorted by algorithm and value, and no licence where none is stated", () => {
    const hash = (algorithm: string, value: string) => ({ algorithm, value });
    const one = found("pkg:npm/a@1", { hashes: [hash("SHA-512", "00"), hash("SHA-1", "11")] });
    const other = found("pkg:npm/a@1", { hashes: [hash("SHA-1", "00"), hash("SHA-1", "11")] });
    const { components } = mergeComponents([lockfile("l", locked("a", "1"))], report([one, other]));
    expect(components[0]?.hashes).toEqual([hash("SHA-1", "00"), hash("SHA-1", "11"), hash("SHA-512", "00")]);
    expect(components[0]?.declaredLicenses).toEqual([]);
  });

  it("takes of two lockfiles' spellings the smaller one, whatever syft's is", () => {
    const spelt = (...names: string[]) =>
      names.map((name, index) => lockfile(`r${index}.txt`, locked(name, "1.0", { ecosystem: "PyPI" })));
    const syft = report([found("pkg:pypi/foo@1.0", { name: "AAA", ecosystem: "PyPI" })]);
    expect(mergeComponents(spelt("foo", "Foo"), syft).components.map(({ name }) => name)).toEqual(["Foo"]);
    expect(mergeComponents(spelt("Foo", "foo"), syft).components.map(({ name }) => name)).toEqual(["Foo"]);
  });

  it("writes Go versions with their v, and leaves a version alone that has none of digits", () => {
    const go = (version: string) => lockfile("go.mod", locked("example.com/x", version, { ecosystem: "Go" }));
    const versions = ["1.2.3", "v1.2.3", "", "devel-1"].map((version) => mergeComponents([go(version)], null));
    expect(versions.map(({ components }) => components[0]?.version)).toEqual(["v1.2.3", "v1.2.3", "", "devel-1"]);
  });

  it("keeps a package without a version under a purl without one", () => {
    const { components } = mergeComponents([lockfile("r.txt", locked("flask", "", { ecosystem: "PyPI" }))], null);
    expect(components).toMatchObject([{ purl: "pkg:pypi/flask", version: "" }]);
  });

  it("leaves out what is the tree itself, unless a lockfile lists it as a package", () => {
    const syft = report([found("pkg:npm/bundled@1", { local: true }), found("pkg:npm/root@1", { local: true })]);
    const { components } = mergeComponents([lockfile("package-lock.json", locked("bundled", "1"))], syft);
    expect(components.map(({ purl }) => purl)).toEqual(["pkg:npm/bundled@1"]);
  });

  it("keeps only edges between components", () => {
    const syft = report(
      [found("pkg:npm/a@1"), found("pkg:npm/b@1"), found("pkg:npm/root@1", { local: true })],
      [
        { purl: "pkg:npm/a@1", dependsOn: ["pkg:npm/b@1", "pkg:npm/root@1"] },
        { purl: "pkg:npm/b@1", dependsOn: ["pkg:npm/root@1"] },
        { purl: "pkg:npm/root@1", dependsOn: ["pkg:npm/a@1"] },
      ],
    );
    expect(mergeComponents([], syft).dependencies).toEqual([{ purl: "pkg:npm/a@1", dependsOn: ["pkg:npm/b@1"] }]);
  });

  it("gives of the recorded tree every locked package once, whatever the order of the lockfiles", () => {
    const { lockfiles } = treeOf("every-format");
    const syft = collected(recorded("every-format"));
    const merged = mergeComponents(lockfiles, syft);
    expect(mergeComponents(lockfiles.toReversed(), { ...syft, packages: syft.packages.toReversed() })).toEqual(merged);
    const purls = merged.components.map(({ purl }) => purl);
    expect(new Set(purls).size).toBe(purls.length);
    const bySyftAlone = merged.components.filter(({ seenBy }) => !seenBy.includes("lockfile"));
    expect(bySyftAlone.map(({ purl }) => purl)).toEqual([]);
    expect(purls).not.toContain("pkg:npm/root@1.2.3");
  });
});

describe("a component of which the archive was read", () => {
  const fact = (purl: string, raw: string, detected: string | null): LicenseFact => ({
    schemaVersion: "supply-gate/license-fact-1",
    purl,
    archive: { sha256: "b".repeat(64), bytes: 1, locked: { algorithm: "sha1", value: "c".repeat(40) } },
    declared: [{ raw, from: "package.json#license" }],
    files: [{ path: "LICENSE", sha256: "d".repeat(64), bytes: 1, detected }],
    scanner: { name: "scancode", version: "32.5.0" },
    ignored: [],
    ignoredCounts: {},
    digest: "e".repeat(64),
  });
  const lockfiles = [lockfile("package-lock.json", locked("a", "1.0.0", { license: "MIT" }), locked("b", "1.0.0"))];
  const clarify = {
    purl: "pkg:npm/a",
    path: "LICENSE",
    sha256: "d".repeat(64),
    license: "MIT",
    reason: "somebody read it",
  };
  const licensesOf = (facts: LicenseFact[], clarified: (typeof clarify)[] = []) =>
    mergeComponents(lockfiles, null, facts, clarified).components.map(({ licenses }) => licenses?.concluded);

  it("has what counts besides what the lockfile states; another component has nothing of it", () => {
    const facts = [fact("pkg:npm/a@1.0.0", "MIT", "CDDL-1.1")];
    const [first, second] = mergeComponents(lockfiles, null, facts).components;
    expect(first).toMatchObject({
      declaredLicenses: ["MIT"],
      licenses: {
        declared: ["MIT"],
        detected: ["CDDL-1.1"],
        undeclared: ["CDDL-1.1"],
        concluded: ["CDDL-1.1", "MIT"],
        files: [{ path: "LICENSE", sha256: "d".repeat(64) }],
      },
    });
    expect(second).not.toHaveProperty("licenses");
    expect(licensesOf(facts, [clarify])).toEqual([["MIT"], undefined]);
  });

  it("has all that the archives of one version say", () => {
    const facts = [fact("pkg:npm/a@1.0.0", "MIT", null), fact("pkg:npm/a@1.0.0", "ISC", "CDDL-1.1")];
    expect(licensesOf(facts)).toEqual([["CDDL-1.1", "ISC", "MIT"], undefined]);
  });
});
