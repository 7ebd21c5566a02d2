import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

describe("requirements.txt", () => {
  const read = (text: string, files: Record<string, string> = {}) => readLockfile("a/requirements.txt", text, files);

  it("is an empty list when it is empty or only says where to look", () => {
    for (const text of ["", "# nothing\n", "--index-url https://example.invalid/simple\n--pre --no-index\n"]) {
      expect(read(text)).toEqual({ path: "a/requirements.txt", format: "requirements", packages: [], gaps: [] });
    }
  });

  it.each([
    ["Ruamel.YAML==0.18.6", "ruamel-yaml@0.18.6"],
    ["q===2.7", "q@2.7"],
    ["a[b,c] == 1.0 ; python_version < '3.9'", "a@1.0"],
    ["a (==1.0)", "a@1.0"],
    ["a==1.0+cpu", "a@1.0+cpu"],
    ["a==1!2.0", "a@1!2.0"],
    ["a>=0.5,==1.0", "a@1.0"],
    ["a==1.0 --hash=sha256:00 --hash sha256:11", "a@1.0"],
    ["a==1.0 \\\n  --hash=sha256:00 \\\n  # a comment ends it\n", "a@1.0"],
    ["a==1\\\n.0", "a@1.0"],
    ["a==1.0 # via b", "a@1.0"],
  ])("reads %j as pinned", (line, expected) => {
    const lockfile = read(`${line}\n`);
    expect(packagesOf(lockfile)).toEqual([expected]);
    expect(lockfile.gaps).toEqual([]);
  });

  it.each([
    ["flask", "unpinned flask: no version stated"],
    ["flask[async]; sys_platform == 'linux'", "unpinned flask: no version stated"],
    ["flask>=2", "unresolved-range flask: >=2"],
    ["flask==2.*", "unresolved-range flask: ==2.*"],
    ["flask ~= 2.0, != 2.0.1", "unresolved-range flask: ~= 2.0, != 2.0.1"],
    [`flask==${"$"}{FLASK}`, `unresolved-range flask: ==${"$"}{FLASK}`],
  ])("reads %j as a package without a version", (line, gap) => {
    const lockfile = read(`${line}\n`);
    expect(packagesOf(lockfile)).toEqual(["flask@"]);
    expect(gapsOf(lockfile)).toEqual([gap]);
  });

  it.each([
    [
      "g @ git+https://u:t@example.invalid/g.git@v1#egg=g",
      "g@ git",
      "git-dependency g: git+https://example.invalid/g.git@v1#egg=g",
    ],
    [
      "-e git+ssh://git@example.invalid/g.git#egg=G_1",
      "g-1@ git",
      "git-dependency g-1: git+ssh://example.invalid/g.git#egg=G_1",
    ],
    [
      "u @ https://example.invalid/u.zip ; os_name == 'nt'",
      "u@ url",
      "url-dependency u: https://example.invalid/u.zip",
    ],
    [
      "https://example.invalid/Some_Pkg-1.2-py3-none-any.whl",
      "some-pkg@1.2 url",
      "url-dependency some-pkg: https://example.invalid/Some_Pkg-1.2-py3-none-any.whl",
    ],
    ["./dist/some-pkg-1.2.3.tar.gz", "some-pkg@1.2.3 path", "path-dependency some-pkg: ./dist/some-pkg-1.2.3.tar.gz"],
    ["p @ file:///srv/p", "p@ path", "path-dependency p: file:///srv/p"],
    ["-e .", "", "path-dependency .: ."],
    ["--editable=./lib[extra]", "", "path-dependency ./lib[extra]: ./lib[extra]"],
    ["lib/", "", "path-dependency lib/: lib/"],
    ["https://example.invalid/x", "", "url-dependency https://example.invalid/x: https://example.invalid/x"],
  ])("reads %j with its origin", (line, name, gap) => {
    const lockfile = read(`${line}\n`);
    expect(packagesOf(lockfile)).toEqual(name === "" ? [] : [name]);
    expect(gapsOf(lockfile)).toEqual([gap]);
  });

  it("follows includes from folder to folder, once each, and names those that are not there", () => {
    const files = {
      "base.txt": "a==1\n-r sub/more.txt\n",
      "sub/more.txt": "b==2\n-r ../base.txt\n-r=missing.txt\n",
      "../up.txt": "c==3\n",
    };
    const lockfile = read(
      "-rbase.txt\n--requirement ../up.txt\n-r https://u:t@example.invalid/r.txt\n-r /etc/r.txt\n",
      files,
    );
    expect(packagesOf(lockfile)).toEqual(["a@1", "b@2", "c@3"]);
    expect(gapsOf(lockfile)).toEqual([
      "missing-include /etc/r.txt: not a file of the tree",
      "missing-include https://example.invalid/r.txt: not a file of the tree",
      "missing-include sub/missing.txt: the tree has no such file",
    ]);
  });

  it("takes a version from constraints for what is wanted, and nothing else", () => {
    const files = { "c.txt": "Flask==2.0\nunwanted==1.0\nranged<3\n-r d.txt\n", "d.txt": "deep==4.0\n" };
    const lockfile = read("flask>=1\nranged\ndeep\npinned==1.0\n-c c.txt\n", files);
    expect(packagesOf(lockfile)).toEqual(["deep@4.0", "flask@2.0", "pinned@1.0", "ranged@"]);
    expect(gapsOf(lockfile)).toEqual(["unpinned ranged: no version stated"]);
  });

  it.each([
    [2, "This is prose, and no requirement.\n"],
    [2, "a==\n"],
    [2, "a=1.0\n"],
    [2, "--requirements b.txt\n"],
    [2, "--requirement\n"],
    [2, "-z\n"],
    [2, "a==1.0 \\\n"],
    [2, "a==1.0 \\"],
  ])("refuses line %i: %j", (line, text) => {
    expect(() => read(`# first\n${text}`)).toThrow(invalidAt(`a/requirements.txt:${line}: `));
  });

  it("refuses a broken line of an include under the include's own path", () => {
    expect(() => read("-r sub/b.txt\n", { "sub/b.txt": "\n!\n" })).toThrow(invalidAt("a/sub/b.txt:2: "));
  });
});

describe("poetry.lock", () => {
  const METADATA = '[metadata]\nlock-version = "2.1"\ncontent-hash = "00"\n';
  const entry = (fields: string) => `[[package]]\nname = "A.b"\nversion = "1.0"\n${fields}\n`;

  it("is an empty list when nothing is needed", () => {
    expect(readLockfile("poetry.lock", `package = []\n${METADATA}`).packages).toEqual([]);
  });

  it.each([
    ['groups = ["main", "dev"]', "a-b@1.0"],
    ['groups = ["dev", "docs"]', "a-b@1.0 dev"],
    ['category = "main"', "a-b@1.0"],
    ['category = "dev"', "a-b@1.0 dev"],
    ["optional = true", "a-b@1.0"],
    ['[package.source]\ntype = "git"\nurl = "https://u:t@example.invalid/a.git"', "a-b@1.0 git"],
    ['[package.source]\ntype = "url"\nurl = "https://example.invalid/a.zip"', "a-b@1.0 url"],
    ['[package.source]\ntype = "directory"\nurl = "../a"', "a-b@1.0 path"],
    ['[package.source]\ntype = "legacy"\nurl = "https://example.invalid/simple"', "a-b@1.0"],
  ])("reads %j", (fields, expected) => {
    expect(packagesOf(readLockfile("poetry.lock", entry(fields) + METADATA))).toEqual([expected]);
  });

  it("refuses an unknown kind of source", () => {
    const source = '[package.source]\ntype = "moon"\nurl = "x"';
    expect(() => readLockfile("poetry.lock", entry(source) + METADATA)).toThrow(invalidAt("poetry.lock: "));
  });
});

describe("uv.lock", () => {
  const project = (needs: string) =>
    `version = 1\nrevision = 3\n[[package]]\nname = "p"\nversion = "0.1.0"\nsource = { virtual = "." }\n${needs}\n`;
  const entry = (name: string, source: string, more = "") =>
    `[[package]]\nname = "${name}"\nversion = "1.0"\nsource = { ${source} }\n${more}\n`;
  const registry = 'registry = "https://example.invalid/simple"';

  it("is an empty list when the project needs nothing", () => {
    expect(readLockfile("uv.lock", project("")).packages).toEqual([]);
  });

  it("calls development what only groups lead to", () => {
    const text =
      project('dependencies = [{ name = "a" }]\n[package.dev-dependencies]\ndev = [{ name = "b" }, { name = "a" }]') +
      entry("a", registry, 'dependencies = [{ name = "c" }]') +
      entry("b", registry, 'dependencies = [{ name = "c" }, { name = "d" }]') +
      entry("c", registry) +
      entry("d", registry);
    expect(packagesOf(readLockfile("uv.lock", text))).toEqual(["a@1.0", "b@1.0 dev", "c@1.0", "d@1.0 dev"]);
  });

  it("tells origins apart, and members from folders", () => {
    const text =
      'version = 1\n[manifest]\nmembers = ["p", "W_1"]\n' +
      entry("p", 'editable = "."') +
      entry("w-1", 'editable = "w"') +
      entry("d", 'directory = "../d"') +
      entry("f", 'path = "f-1.0.whl"') +
      entry("g", 'git = "https://u:t@example.invalid/g?rev=1#0123"') +
      entry("u", 'url = "https://example.invalid/u.whl"');
    const lockfile = readLockfile("uv.lock", text);
    expect(packagesOf(lockfile)).toEqual(["d@1.0 path", "f@1.0 path", "g@1.0 git", "u@1.0 url"]);
    expect(gapsOf(lockfile)).toEqual([
      "git-dependency g: https://example.invalid/g#0123",
      "path-dependency d: ../d",
      "path-dependency f: f-1.0.whl",
      "url-dependency u: https://example.invalid/u.whl",
    ]);
  });

  it.each([
    ["a package that is needed and not there", project('dependencies = [{ name = "a" }]')],
    ["a member that is not there", 'version = 1\n[manifest]\nmembers = ["p"]\n'],
    ["no project", `version = 1\n${entry("a", registry)}`],
    ["a package without a version", `${project("")}[[package]]\nname = "a"\nsource = { ${registry} }\n`],
  ])("refuses %s", (_, text) => {
    expect(() => readLockfile("uv.lock", text)).toThrow(invalidAt("uv.lock: "));
  });
});
