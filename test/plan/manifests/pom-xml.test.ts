import { describe, expect, it } from "vitest";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const ids = (group: string, artifact: string) => `<groupId>${group}</groupId><artifactId>${artifact}</artifactId>`;
const need = (artifact: string, rest = "") => `<dependency>${ids("g", artifact)}${rest}</dependency>`;
const version = (text: string) => `<version>${text}</version>`;
const list = (...needs: string[]) => `<dependencies>${needs.join("")}</dependencies>`;
/** `@{…}` stands for Maven's own sign, in what is read and in what is found. */
const pom = (...content: string[]) => `<project>${content.join("\n").replaceAll("@{", "$".concat("{"))}</project>`;
const gaps = (lockfile: Lockfile) => gapsOf(lockfile).map((gap) => gap.replaceAll("$".concat("{"), "@{"));
const parent = (artifact: string, place = "") => `<parent>${ids("g", artifact)}${version("1")}${place}</parent>`;
const read = (text: string, files: Readonly<Record<string, string>> = {}) => readLockfile("m/pom.xml", text, files);
const TRANSITIVE =
  "transitive-unknown dependencies of the dependencies: what they need themselves is listed only in the registry";

describe("pom.xml", () => {
  it("reads exact versions, and `test` as dev", () => {
    const lockfile = read(pom(list(need("a", version("1.0")), need("b", `${version(" [2.0] ")}<scope>test</scope>`))));
    expect(packagesOf(lockfile)).toEqual(["g:a@1.0", "g:b@2.0 dev"]);
    expect(gaps(lockfile)).toEqual([TRANSITIVE]);
    expect(read(pom(`${ids("g", "own")}<name>&copy; none</name>`))).toMatchObject({
      packages: [],
      own: ["g:own"],
      gaps: [],
    });
  });

  it.each(["[1.0,2.0)", "(,1.0]", "[1.0,)", "[1.0],[2.0]", "LATEST", "RELEASE", "@{unknown}", "1.@{unknown}"])(
    "has a gap for the version %s",
    (range) => {
      const lockfile = read(pom(list(need("a", version(range)))));
      expect(packagesOf(lockfile)).toEqual(["g:a@"]);
      expect(gaps(lockfile)).toEqual([TRANSITIVE, `unresolved-range g:a: ${range}`]);
    },
  );

  it("fills in properties and dependencyManagement", () => {
    const text = pom(
      `${ids("org.own", "own")}${version("7")}`,
      "<properties><a.v>1.@{minor}</a.v><minor>2</minor><x>@{y}</x><y>@{x}</y></properties>",
      `<dependencyManagement>${list(need("m", `${version("@{a.v}")}<scope>test</scope>`), need("m", `${version("9")}<type>pom</type>`))}</dependencyManagement>`,
      list(need("m"), need("@{project.artifactId}", version("@{pom.version}")), need("c", version("@{x}")), need("n")),
    );
    expect(packagesOf(read(text))).toEqual(["g:c@", "g:m@1.2 dev", "g:n@", "g:own@7"]);
    expect(gaps(read(text))).toEqual([TRANSITIVE, "unpinned g:n: no version stated", "unresolved-range g:c: @{x}"]);
  });

  it("reads what its parents in the tree add, which osv-scanner drops where only they have the property", () => {
    const files = {
      "../pom.xml": pom(
        `${ids("g", "top")}${version("1")}<packaging>pom</packaging>${parent("far")}<properties><v>3</v></properties>`,
        list(need("t", version("@{v}")), need("a", version("0.1"))),
      ),
    };
    const lockfile = read(pom(parent("top"), list(need("a", version("@{v}")))), files);
    expect(packagesOf(lockfile)).toEqual(["g:a@3", "g:t@3"]);
    expect(gaps(lockfile)).toEqual([TRANSITIVE, "transitive-unknown g:far:1: the parent is not in the tree"]);
  });

  it("finds a parent at its relative path, file or folder, and takes no other project for it", () => {
    const top = pom(`${ids("g", "top")}${version("1")}<packaging>pom</packaging>`, list(need("t", version("3"))));
    const child = pom(parent("top", "<relativePath>../up</relativePath>"));
    expect(packagesOf(read(child, { "../up": top }))).toEqual(["g:t@3"]);
    expect(packagesOf(read(child, { "../up/pom.xml": top }))).toEqual(["g:t@3"]);
    for (const other of [top.replace(">top<", ">other<"), top.replace("<packaging>pom</packaging>", "")]) {
      expect(gaps(read(child, { "../up": other }))).toEqual([
        "transitive-unknown g:top:1: the parent is not in the tree",
      ]);
    }
  });

  it("refuses parents in a circle", () => {
    const one = pom(
      `${ids("g", "a")}${version("1")}<packaging>pom</packaging>${parent("b", "<relativePath>b</relativePath>")}`,
    );
    const two = pom(
      `${ids("g", "b")}${version("1")}<packaging>pom</packaging>${parent("a", "<relativePath>a</relativePath>")}`,
    );
    expect(() => read(one, { a: one, b: two })).toThrow(invalidAt('m/pom.xml: found "g:a:1" as a parent of itself'));
  });

  it("counts the dependencies of all profiles, with the profile's own properties, and both versions of one", () => {
    const profile = `<profile><properties><v>2</v></properties>${list(need("a", version("@{v}")))}</profile>`;
    const text = pom(
      "<properties><v>1</v></properties>",
      list(need("a", version("@{v}"))),
      `<profiles>${profile}</profiles>`,
    );
    expect(packagesOf(read(text))).toEqual(["g:a@1", "g:a@2"]);
  });

  it("names a file of the machine that stands for a dependency", () => {
    const text = pom(list(need("s", `${version("1")}<scope>system</scope><systemPath>lib/s.jar</systemPath>`)));
    expect(packagesOf(read(text))).toEqual(["g:s@1 path"]);
    expect(gaps(read(text))).toContain("path-dependency g:s: lib/s.jar");
  });

  it("has a gap for a name that can't be filled in, and refuses one that is none", () => {
    expect(gaps(read(pom(list(need("@{x}", version("1"))))))).toEqual(["unresolved-range g:@{x}: 1"]);
    for (const artifact of ["", "a b", "a:b", "&nbsp;"]) {
      expect(() => read(pom(list(need(artifact, version("1")))))).toThrow(invalidAt("m/pom.xml: found the dependency"));
    }
  });

  it("reads nothing of plugins", () => {
    expect(
      read(pom(`<build><plugins><plugin>${ids("g", "p")}${list(need("a"))}</plugin></plugins></build>`)).packages,
    ).toEqual([]);
  });

  it("refuses properties that grow without end, though nothing asks for them", () => {
    const steps = Array.from({ length: 60 }, (_, at) => `<p${at}>@{p${at + 1}}@{p${at + 1}}</p${at}>`).join("");
    // The second never gets longer, but takes a tool that remembers nothing 2^60 steps.
    for (const end of ["x", ""]) {
      const text = pom(`<properties>${steps}<p60>${end}</p60></properties>`);
      expect(() => read(text)).toThrow(invalidAt("m/pom.xml: found properties"));
    }
    const chain = Array.from({ length: 10_000 }, (_, at) => `<p${at}>@{p${at + 1}}</p${at}>`).join("");
    expect(() => read(pom(`<properties>${chain}</properties>`))).toThrow(invalidAt("m/pom.xml: found properties"));
  });
});
