import { describe, expect, it } from "vitest";
import { lockfileDifference, type ReadPackage } from "../../pipeline/findings/lockfile-difference.ts";
import { notReadGaps } from "../../pipeline/findings/not-read.ts";
import type { Ecosystem } from "../../schemas/common.ts";
import type { LockedPackage, Lockfile } from "../../schemas/lockfile.ts";

const ours = (name: string, version: string, more: Partial<LockedPackage> = {}): LockedPackage => ({
  name,
  version,
  ecosystem: "npm",
  dev: false,
  origin: "registry",
  ...more,
});
const theirs = (name: string, version: string, more: Partial<ReadPackage> = {}): ReadPackage => ({
  name,
  version,
  ecosystem: "npm",
  ...more,
});
const lockfile = (packages: LockedPackage[], more: Partial<Lockfile> = {}): Lockfile => ({
  path: "package-lock.json",
  format: "package-lock",
  packages,
  gaps: [],
  ...more,
});

describe("two readers of a lockfile", () => {
  it("do not differ where they see the same sets, in any order and however often", () => {
    const packages = [ours("a", "1"), ours("@x/b", "2")];
    const seen = [theirs("@x/b", "2"), theirs("a", "1"), theirs("a", "1")];
    expect(lockfileDifference(lockfile(packages), seen)).toEqual({ packages: 2, onlyOurs: [], onlyTheirs: [] });
  });

  it.each<[Ecosystem, [string, string], [string, string]]>([
    ["PyPI", ["ruamel.yaml", "0.18.6"], ["Ruamel_Yaml", "0.18.6"]],
    ["Go", ["golang.org/x/text", "v0.3.7"], ["golang.org/x/text", "0.3.7"]],
    ["Go", ["github.com/BurntSushi/toml", "v1.0.0"], ["github.com/burntsushi/toml", "v1.0.0"]],
  ])("mean the same package of %s by %j and %j", (ecosystem, [name, version], [other, otherVersion]) => {
    const found = lockfileDifference(lockfile([ours(name, version, { ecosystem })]), [
      theirs(other, otherVersion, { ecosystem }),
    ]);
    expect(found).toEqual({ packages: 1, onlyOurs: [], onlyTheirs: [] });
  });

  it("mean the same package by the same purl, whatever the tool calls it", () => {
    const seen = [theirs("b", "2", { purl: "pkg:npm/%40x/b@2" })];
    expect(lockfileDifference(lockfile([ours("@x/b", "2")]), seen)).toMatchObject({ onlyOurs: [], onlyTheirs: [] });
  });

  it("mean the same by name and version where the purls differ in case", () => {
    const seen = [theirs("Strange", "1", { purl: "pkg:npm/other@9" }), theirs("straNge", "1", { purl: "pkg:npm/x@8" })];
    expect(lockfileDifference(lockfile([ours("stranGe", "1")]), seen)).toMatchObject({ onlyOurs: [], onlyTheirs: [] });
  });

  it("differ for reasons of their own: the project, what is named as a gap, however it is spelt, and nothing else", () => {
    const gaps = [{ code: "git-dependency" as const, name: "Foo__Bar", detail: "" }];
    const seen = [theirs("foo-bar", "1"), theirs("foobar", "1"), theirs("Stryker was here", "1"), theirs("a", "1")];
    expect(lockfileDifference(lockfile([], { gaps }), seen).onlyTheirs).toEqual([
      { package: "Stryker was here 1", reason: "not-read" },
      { package: "a 1", reason: "not-read" },
      { package: "foo-bar 1", reason: "named-as-gap" },
      { package: "foobar 1", reason: "not-read" },
    ]);
    const own = lockfileDifference(lockfile([], { own: ["a"] }), seen).onlyTheirs;
    expect(own.filter(({ reason }) => reason === "project-itself")).toEqual([
      { package: "a 1", reason: "project-itself" },
    ]);
  });

  it("differ in the version alone", () => {
    expect(lockfileDifference(lockfile([ours("a", "1")]), [theirs("a", "2")])).toEqual({
      packages: 1,
      onlyOurs: [{ package: "a 1", reason: "not-by-tool" }],
      onlyTheirs: [{ package: "a 2", reason: "not-read" }],
    });
  });

  it("name what only ours sees, sorted, each with the reason", () => {
    const packages = [
      ours("lost", "1"),
      ours("loose", ""),
      ours("forked", "1", { origin: "git" }),
      ours("beside", "", { origin: "path" }),
      ours("seen", "1"),
    ];
    expect(lockfileDifference(lockfile(packages), [theirs("seen", "1")]).onlyOurs).toEqual([
      { package: "beside", reason: "not-from-registry" },
      { package: "forked 1", reason: "not-from-registry" },
      { package: "loose", reason: "without-version" },
      { package: "lost 1", reason: "not-by-tool" },
    ]);
  });

  it("name what only the tool sees, sorted and once, each with the reason", () => {
    const read = lockfile([], {
      own: ["me", "Forked"],
      gaps: [
        { code: "unpinned", name: "loose_one", detail: "" },
        { code: "git-dependency", name: "Forked", detail: "" },
      ],
    });
    const seen = [
      theirs("sneaked", "1"),
      theirs("me", "0.0.0"),
      theirs("Loose-One", "1"),
      theirs("Forked", "1"),
      theirs("sneaked", "1"),
    ];
    expect(lockfileDifference(read, seen)).toEqual({
      packages: 4,
      onlyOurs: [],
      onlyTheirs: [
        { package: "Forked 1", reason: "project-itself" },
        { package: "Loose-One 1", reason: "named-as-gap" },
        { package: "me 0.0.0", reason: "project-itself" },
        { package: "sneaked 1", reason: "not-read" },
      ],
    });
  });

  it("call the project itself the same in every spelling of a PyPI name, and in no other ecosystem", () => {
    const read = lockfile([], { own: ["my-project"] });
    const reasonOf = (ecosystem: Ecosystem) =>
      lockfileDifference(read, [theirs("My_Project", "1", { ecosystem })]).onlyTheirs[0]?.reason;
    expect(reasonOf("PyPI")).toBe("project-itself");
    expect(reasonOf("npm")).toBe("not-read");
  });
});

describe("a package that our own reader does not see", () => {
  it("is a gap with the tool's name, unless a reason is known", () => {
    const read = lockfile([ours("a", "1")], { own: ["me"] });
    expect(notReadGaps(read, [theirs("a", "1"), theirs("me", "1"), theirs("b", "2")], "syft")).toEqual([
      {
        id: expect.stringMatching(/^gap-[0-9a-f]{12}$/),
        code: "package-not-read",
        path: "package-lock.json",
        subject: "b 2",
        detail: "syft reads it there, our own reader does not",
      },
    ]);
  });
});
