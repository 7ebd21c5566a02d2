import { describe, expect, it } from "vitest";
import { collected, recorded } from "./case.ts";

const SHA_256 = "ab".repeat(32);
const INTEGRITY = `sha1-${Buffer.alloc(20, 1).toString("base64")} sha1-${Buffer.alloc(20, 0).toString("base64")}`;
const NPM_ENTRY = "javascript-npm-package-lock-entry";

/** One package as syft reports it, from the lockfiles at `paths`. */
function artifact(id: string, purl: string, paths: readonly string[], more: object = {}) {
  const [, name = "", version = ""] = /([^/]+)@(.*)$/.exec(purl) ?? [];
  return {
    ...{ id, name, version, purl, type: "python", foundBy: "some-cataloger", language: "", licenses: [], cpes: [] },
    locations: paths.map((path) => ({ path })),
    ...more,
  };
}

/** The report on an empty tree with these in it; the files that they name are listed. */
function reportOf(artifacts: readonly ReturnType<typeof artifact>[], relationships: readonly object[] = []) {
  const document = JSON.parse(recorded("empty"));
  const paths = new Set(artifacts.flatMap(({ locations }) => locations.map(({ path }) => path)));
  return {
    ...document,
    artifacts: [...artifacts, ...document.artifacts],
    artifactRelationships: [...document.artifactRelationships, ...relationships],
    files: [...document.files, ...[...paths].map((path) => ({ id: `of ${path}`, location: { path } }))],
  };
}

const collect = (...given: Parameters<typeof reportOf>) => collected(JSON.stringify(reportOf(...given)));
const license = (value: string, type = "declared") => ({ value, type });
const cpe = (name: string, source?: string) => ({
  cpe: `cpe:2.3:a:${name}`,
  ...(source === undefined ? {} : { source }),
});

describe("packages of one purl", () => {
  it("become one, whose lists hold what any of them says, sorted and once", () => {
    const report = collect([
      artifact("1", "pkg:pypi/foo@1.0", ["/tree/z.lock", "/tree/m.lock"], {
        name: "foo",
        version: "01.0",
        licenses: [license("MIT"), license("ISC"), license("GPL-3.0-only", "concluded")],
        cpes: [cpe("z:z"), cpe("guess:guess", "syft-generated"), cpe("m:m", "nvd-cpe-dictionary")],
      }),
      artifact("2", "pkg:pypi/bar@1.0", ["/tree/z.lock"]),
      artifact("3", "pkg:pypi/Foo@1.0?extension=whl", ["/tree/a.lock", "/tree/m.lock"], {
        name: "Foo",
        version: "1.0",
        licenses: [license("Apache-2.0"), license("MIT")],
        cpes: [cpe("a:a"), cpe("m:m")],
      }),
    ]);
    expect(report).toEqual({
      canaries: ["supply-gate-canary"],
      packages: [
        {
          ...{ purl: "pkg:pypi/bar@1.0", ecosystem: "PyPI", name: "bar", version: "1.0", declaredLicenses: [] },
          ...{ locations: ["z.lock"], cpes: [], hashes: [], local: false },
        },
        {
          ...{ purl: "pkg:pypi/foo@1.0", ecosystem: "PyPI", name: "Foo", version: "01.0" },
          declaredLicenses: ["Apache-2.0", "ISC", "MIT"],
          locations: ["a.lock", "m.lock", "z.lock"],
          cpes: ["cpe:2.3:a:a:a", "cpe:2.3:a:m:m", "cpe:2.3:a:z:z"],
          hashes: [],
          local: false,
        },
      ],
      dependencies: [],
      unread: [],
    });
  });

  it("keep every digest that a lockfile states", () => {
    const cargo = (id: string, checksum: string) =>
      artifact(id, "pkg:cargo/c@1.0.0", [`/tree/${id}/Cargo.lock`], {
        metadataType: "rust-cargo-lock-entry",
        metadata: { source: "registry+x", checksum, dependencies: null },
      });
    const other = "12".repeat(32);
    expect(collect([cargo("1", SHA_256), cargo("2", other), cargo("3", SHA_256)]).packages[0]?.hashes).toEqual([
      { algorithm: "SHA-256", value: other },
      { algorithm: "SHA-256", value: SHA_256 },
    ]);
  });

  it("are local only where each of them is", () => {
    const cargo = (id: string, source: string) =>
      artifact(id, "pkg:cargo/c@1.0.0", [`/tree/${id}/Cargo.lock`], {
        metadataType: "rust-cargo-lock-entry",
        metadata: { source, dependencies: null },
      });
    const local = (...sources: string[]) =>
      collect(sources.map((source, at) => cargo(String(at), source))).packages[0]?.local;
    expect(local("", "")).toBe(true);
    expect(local("", "registry+x")).toBe(false);
    expect(local("registry+x", "")).toBe(false);
    expect(local("registry+x", "registry+x")).toBe(false);
  });
});

describe("one package", () => {
  it("has no version in its purl where syft states none", () => {
    const report = collect([artifact("1", "pkg:pypi/foo@UNKNOWN", ["/tree/uv.lock"])]);
    expect(report.packages).toMatchObject([{ purl: "pkg:pypi/foo", version: "" }]);
  });

  it("that lies in one lockfile whose record is by chance keeps no digest, whatever else names it", () => {
    const npm = (id: string, paths: string[], dependencies: object | null) =>
      artifact(id, `pkg:npm/${id}@1.0.0`, paths, {
        type: "npm",
        metadataType: NPM_ENTRY,
        metadata: { resolved: "https://npm.example.invalid/x.tgz", integrity: INTEGRITY, dependencies },
      });
    const [v1, v3] = ["/tree/v1/package-lock.json", "/tree/v3/package-lock.json"];
    const { packages } = collect([npm("both", [v1, v3], null), npm("later", [v3], { both: "1" })]);
    expect(packages.map(({ name, hashes }) => [name, hashes])).toEqual([
      ["both", []],
      [
        "later",
        [
          { algorithm: "SHA-1", value: "00".repeat(20) },
          { algorithm: "SHA-1", value: "01".repeat(20) },
        ],
      ],
    ]);
  });

  it("may have the canary's name in the tree too: the canary is found, and the package is listed", () => {
    const document = reportOf([]);
    const [canary] = document.artifacts;
    const path = "/tree/package-lock.json";
    document.artifacts = [{ ...canary, locations: [{ path }, ...canary.locations] }];
    document.files.push({ id: "more", location: { path } });
    const { canaries, packages } = collected(JSON.stringify(document));
    expect(canaries).toEqual(["supply-gate-canary"]);
    expect(packages).toMatchObject([{ name: "supply-gate-canary", locations: ["package-lock.json"] }]);
  });
});

describe("edges", () => {
  const names = ["a", "b", "c", "d"];
  const packages = names.map((name) => artifact(`id-${name}`, `pkg:pypi/${name}@1`, ["/tree/uv.lock"]));
  const again = artifact("id-a2", "pkg:pypi/a@1", ["/tree/other.lock"]);
  const edge = (child: string, parent: string, type = "dependency-of") => ({
    ...{ child: `id-${child}`, parent: `id-${parent}`, type },
  });

  it("go from what needs to what it needs, sorted and once", () => {
    const needs = [edge("d", "a"), edge("c", "d"), edge("c", "b"), edge("c", "d"), edge("b", "c"), edge("a", "c")];
    expect(collect([...packages, again], [...needs, edge("a2", "b")]).dependencies).toEqual([
      { purl: "pkg:pypi/a@1", dependsOn: ["pkg:pypi/b@1", "pkg:pypi/c@1"] },
      { purl: "pkg:pypi/b@1", dependsOn: ["pkg:pypi/c@1"] },
      { purl: "pkg:pypi/c@1", dependsOn: ["pkg:pypi/b@1", "pkg:pypi/d@1"] },
      { purl: "pkg:pypi/d@1", dependsOn: ["pkg:pypi/a@1"] },
    ]);
  });

  it.each([
    ["of another type", edge("a", "b", "ownership-by-file-overlap")],
    ["from what is no package", edge("nothing", "b")],
    ["to what is no package", edge("a", "nothing")],
    ["of another type from what is no package", edge("nothing", "b", "evident-by")],
    ["from a package to itself", edge("a", "a")],
    ["from one place of a package to another", edge("a", "a2")],
  ])("%s are left out", (_, left) => {
    expect(collect([...packages, again], [left]).dependencies).toEqual([]);
  });
});

describe("files that syft did not read", () => {
  it("are named once for each reason, in order; those outside of the tree are not", () => {
    const document = reportOf([]);
    const file = (path: string, ...unknowns: string[]) => ({ id: path, location: { path }, unknowns });
    document.files.push(
      file("/tree/b.jar", "z-cataloger: not a jar: x", "a-cataloger: not a jar: x", "z-cataloger: not a jar: y"),
      file("/tree/a.jar", "z-cataloger: not a jar: z", "z-cataloger: cut off"),
      file("/config/c.jar", "z-cataloger: not a jar: z"),
    );
    expect(collected(JSON.stringify(document)).unread).toEqual([
      { path: "a.jar", cataloger: "z-cataloger", reason: "cut off" },
      { path: "a.jar", cataloger: "z-cataloger", reason: "not a jar" },
      { path: "b.jar", cataloger: "a-cataloger", reason: "not a jar" },
      { path: "b.jar", cataloger: "z-cataloger", reason: "not a jar" },
    ]);
  });
});

describe("a report that is none", () => {
  it("is named in the message", () => {
    const message = "syft report: found an empty document, expected a JSON document";
    expect(() => collected("")).toThrow(expect.objectContaining({ code: "DOCUMENT_INVALID", message }));
  });
});
