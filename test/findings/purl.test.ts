import { describe, expect, it } from "vitest";
import { canonicalPurl, genericPurl, withoutVersion } from "../../pipeline/findings/canonical-purl.ts";
import { sameForm, versionOfArchive } from "../../pipeline/findings/package-key.ts";
import { PURL_TYPES, purlOf } from "../../pipeline/findings/purl.ts";
import { Ecosystem } from "../../schemas/common.ts";

const PURLS = [
  ["npm", "@scope/name", "1.0.0", "pkg:npm/%40scope/name@1.0.0"],
  ["PyPI", "Ruamel.YAML", "0.18", "pkg:pypi/ruamel-yaml@0.18"],
  ["crates.io", "time", "0.1.0+x", "pkg:cargo/time@0.1.0+x"],
  ["Go", "golang.org/x/net", "0.1.0", "pkg:golang/golang.org/x/net@v0.1.0"],
  ["Maven", "org.apache.logging.log4j:log4j-core", "2.0", "pkg:maven/org.apache.logging.log4j/log4j-core@2.0"],
  ["NuGet", "Newtonsoft.Json", "13.0.1", "pkg:nuget/Newtonsoft.Json@13.0.1"],
  ["Packagist", "league/flysystem", "v1.0.8", "pkg:composer/league/flysystem@v1.0.8"],
  ["RubyGems", "nokogiri", "1.13.3", "pkg:gem/nokogiri@1.13.3"],
  ["Hex", "plug", "1.11.1", "pkg:hex/plug@1.11.1"],
  ["Pub", "http_parser", "0.13.0+1", "pkg:pub/http_parser@0.13.0+1"],
  ["CRAN", "dplyr", "1.0-2", "pkg:cran/dplyr@1.0-2"],
  ["Hackage", "aeson", "2.1.0.0", "pkg:hackage/aeson@2.1.0.0"],
  ["ConanCenter", "zlib", "1.2.11", "pkg:conan/zlib@1.2.11"],
  ["SwiftURL", "github.com/apple/swift-nio", "2.0.0", "pkg:swift/github.com/apple/swift-nio@2.0.0"],
] as const;

describe("the purl of a package", () => {
  it("is known for every ecosystem", () => {
    expect(PURLS.map(([ecosystem]) => ecosystem).sort()).toEqual([...Ecosystem.options].sort());
    expect(Object.keys(PURL_TYPES).sort()).toEqual([...Ecosystem.options].sort());
  });

  it.each(PURLS)("of %s %s %s is %s, and reads back as itself", (ecosystem, name, version, purl) => {
    expect(purlOf(ecosystem, name, version)).toBe(purl);
    expect(canonicalPurl(purl)).toEqual({ ecosystem, purl });
    expect(withoutVersion(purl)).toBe(purlOf(ecosystem, name, ""));
  });

  it.each(["constructor", "valueof", "opam"])("of a type that no reader of ours gives is named by it: %s", (type) => {
    expect(canonicalPurl(`pkg:${type}/a@1`)).toEqual({ ecosystem: type, purl: `pkg:${type}/a@1` });
  });

  it.each([
    ["CRAN", "dplyr", "", "pkg:cran/dplyr"],
    ["SwiftURL", "github.com/a/b", "", "pkg:swift/github.com/a/b"],
    ["SwiftURL", "b", "1", "pkg:swift/b@1"],
    ["Maven", "no-group", "1", "pkg:maven/no-group@1"],
    ["npm", "scope/", "1", "pkg:npm/scope%2F@1"],
    ["NuGet", " ", "1", "pkg:nuget/%20@1"],
    ["NuGet", "a\uD800", "1", "pkg:nuget/a%EF%BF%BD@1"],
    ["CRAN", "a\uD800", "", "pkg:cran/a%EF%BF%BD"],
  ])("of what the type does not allow stands as it is: %s %j %j", (ecosystem, name, version, purl) => {
    expect(purlOf(ecosystem, name, version)).toBe(purl);
  });

  it.each([
    ["pkg:gem/nokogiri@1.13.3-x86_64-linux", "RubyGems", "pkg:gem/nokogiri@1.13.3"],
    [
      "pkg:nuget/runtimepack.Microsoft.NETCore.App.Runtime.win-x64@8.0.14",
      "NuGet",
      "pkg:nuget/Microsoft.NETCore.App.Runtime.win-x64@8.0.14",
    ],
    ["pkg:npm/%40s/a%40https%3A%2F%2Fr.invalid%2F@s%2Fa%2F-%2Fa-0.19.1.tgz", "npm", "pkg:npm/%40s/a@0.19.1"],
    ["pkg:npm/a@https%3A%2F%2Fr.invalid%2Fa%2F-%2Fa-1.0.0.tgz", "npm", "pkg:npm/a@1.0.0"],
    ["pkg:maven/g/a@1.0?type=jar", "Maven", "pkg:maven/g/a@1.0"],
    ["pkg:deb/debian/curl@7", "deb", "pkg:deb/debian/curl@7"],
  ])("that a tool writes as %s is of %s", (text, ecosystem, purl) => {
    expect(canonicalPurl(text)).toEqual({ ecosystem, purl });
  });

  it("is none for other text, and generic for what has none", () => {
    expect(["", "x", "pkg:", "pkg:npm/", "pkg:cran/dplyr"].map(canonicalPurl)).toEqual(Array(5).fill(undefined));
    expect([genericPurl("a b", "1"), genericPurl("a", "")]).toEqual(["pkg:generic/a%20b@1", "pkg:generic/a"]);
  });
});

describe("the form under which two tools mean the same", () => {
  it.each([
    ["PyPI", "Ruamel.YAML", "0.18", "ruamel-yaml", "0.18"],
    ["Go", "a", "v1.0.0", "a", "1.0.0"],
    ["RubyGems", "a-b", "1.0-java", "a-b", "1.0"],
    ["NuGet", "runtimepack.A", "1.0-rc.1", "A", "1.0-rc.1"],
    ["npm", "a", "https://r.invalid/a/-/a-1.0.0.tgz", "a", "1.0.0"],
    ["npm", "@s/a@https://r.invalid/", "s/a/-/a-1.0.0.tgz", "@s/a", "1.0.0"],
    ["npm", "a", "https://example.invalid/a.tgz", "a", ""],
    ["npm", "@s/a", "workspace:packages/a", "@s/a", ""],
    ["npm", "a", "github:u/a#0123", "a", ""],
    ["npm", "a@b", "1.0.0", "a@b", "1.0.0"],
    ["npm", "a", "1.0.0-x", "a", "1.0.0-x"],
  ])("%s %s %s", (ecosystem, name, version, ...same) => {
    expect(Object.values(sameForm(ecosystem, name, version))).toEqual(same);
  });

  it.each([
    ["a", "https://r.invalid/a/-/a-1.0.0.tgz", "1.0.0"],
    ["@s/a-1", "https://r.invalid/x/@s/a-1/-/a-1-2.0.0-rc.1+b.tgz", "2.0.0-rc.1+b"],
    ["a", "https://r.invalid/b/-/a-1.0.0.tgz", undefined],
    ["a", "https://r.invalid/a/-/a-latest.tgz", undefined],
    ["a", "https://r.invalid/a/-/a-1.0.0.tgz?x", undefined],
    ["a", "file:a/-/a-1.0.0.tgz", undefined],
  ])("the archive of %s at %s has the version %s", (name, address, version) => {
    expect(versionOfArchive(name, address)).toBe(version);
  });
});
