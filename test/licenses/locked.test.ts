import { describe, expect, it } from "vitest";
import { ARCHIVE_READERS } from "../../pipeline/licenses/locked/index.ts";
import type { LockfileFormat } from "../../schemas/inventory.ts";
import type { LockedHash } from "../../schemas/license-fact.ts";

const SHA1 = "ab".repeat(20);
const SHA256 = "cd".repeat(32);
const SHA512 = "ef".repeat(64);
const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
const sha512: LockedHash = { algorithm: "sha512", value: SHA512 };
const sha256: LockedHash = { algorithm: "sha256", value: SHA256 };
const sha1: LockedHash = { algorithm: "sha1", value: SHA1 };
const integrity = `sha512-${base64(SHA512)}`;

function read(format: LockfileFormat, text: string, siblings: Readonly<Record<string, string>> = {}) {
  return ARCHIVE_READERS[format]?.({ path: "lock", text, sibling: (name) => siblings[name] });
}
const archive = (name: string, anyOf: LockedHash[], source?: string) => ({ name, version: "1.0.0", anyOf, source });

describe("package-lock.json", () => {
  const entry = { version: "1.0.0", resolved: "https://r.invalid/a.tgz", integrity };

  it("of version 3 knows each package by its own name, an alias by the real one", () => {
    const packages = {
      "node_modules/a": entry,
      "node_modules/x/node_modules/@s/b": { version: "1.0.0" },
      "node_modules/alias": { ...entry, name: "real" },
    };
    expect(read("package-lock", JSON.stringify({ lockfileVersion: 3, packages }))).toEqual([
      archive("a", [sha512], "https://r.invalid/a.tgz"),
      archive("@s/b", []),
      archive("real", [sha512], "https://r.invalid/a.tgz"),
    ]);
  });

  it("of version 2 says the same twice: the newer half counts", () => {
    const lock = {
      lockfileVersion: 2,
      packages: { "node_modules/a": entry },
      dependencies: { a: { version: "9.0.0" } },
    };
    expect(read("package-lock", JSON.stringify(lock))).toEqual([archive("a", [sha512], "https://r.invalid/a.tgz")]);
  });

  it("of version 1 is read to the bottom", () => {
    const dependencies = { a: { ...entry, dependencies: { b: { version: "npm:real@1.0.0", integrity } } } };
    expect(read("package-lock", JSON.stringify({ lockfileVersion: 1, dependencies }))).toEqual([
      archive("a", [sha512], "https://r.invalid/a.tgz"),
      archive("real", [sha512]),
    ]);
  });

  it.each([
    ["the strongest of several", `sha1-${base64(SHA1)} ${integrity}`, [sha512]],
    ["all of the strongest", `${integrity} ${integrity}?opt`, [sha512, sha512]],
    ["the weak one where it is alone", `sha1-${base64(SHA1)}`, [sha1]],
    ["none of an unknown algorithm", `md5-${base64(SHA1)}`, []],
    ["none whose length is not its algorithm's", `sha512-${base64(SHA1)}`, []],
    ["none that is no base64", "sha512-????", []],
  ])("takes from an integrity %s", (_what, text, anyOf) => {
    const packages = { "node_modules/a": { version: "1.0.0", integrity: text } };
    expect(read("package-lock", JSON.stringify({ packages }))).toEqual([archive("a", anyOf)]);
  });
});

describe("other lockfiles of npm packages", () => {
  it("yarn.lock 1: integrity, or the SHA-1 behind the address; of an alias the real name", () => {
    const text = [
      "# yarn lockfile v1\n",
      'a@^1.0.0, a@~1.0.0:\n  version "1.0.0"\n  resolved "https://r.invalid/a.tgz#' +
        SHA1 +
        `"\n  integrity ${integrity}\n`,
      `"@s/b@^1.0.0":\n  version "1.0.0"\n  resolved "https://r.invalid/b.tgz#${SHA1}"\n`,
      `"alias@npm:real@^1.0.0":\n  version "1.0.0"\n  integrity ${integrity}\n`,
    ].join("\n");
    expect(read("yarn-lock", text)).toEqual([
      archive("a", [sha512], "https://r.invalid/a.tgz"),
      archive("@s/b", [sha1], "https://r.invalid/b.tgz"),
      archive("real", [sha512], ""),
    ]);
  });

  it("yarn.lock 2 and later states hashes of archives that no registry has: none counts", () => {
    const text = '__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.0.0\n  checksum: 10c0/abcd\n';
    expect(read("yarn-lock", text)).toEqual([]);
  });

  it("pnpm-lock.yaml", () => {
    const text = `lockfileVersion: '9.0'\npackages:\n  '@s/a@1.0.0':\n    resolution: {integrity: ${integrity}}\n  b@1.0.0:\n    resolution: {tarball: https://r.invalid/b.tgz}\n`;
    expect(read("pnpm-lock", text)).toEqual([archive("@s/a", [sha512]), archive("b", [], "https://r.invalid/b.tgz")]);
  });
});

describe("Cargo.lock and go.sum", () => {
  it("Cargo.lock has the checksum at the package, in version 1 at the end", () => {
    const source = "registry+https://r.invalid/x-index";
    const own = `[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "${source}"\n`;
    const expected = [archive("a", [sha256], source)];
    expect(read("cargo-lock", `${own}checksum = "${SHA256}"\n`)).toEqual(expected);
    expect(read("cargo-lock", `${own}[metadata]\n"checksum a 1.0.0 (${source})" = "${SHA256}"\n`)).toEqual(expected);
    expect(read("cargo-lock", own)).toEqual([archive("a", [], source)]);
  });

  it("go.sum has the module's hash, not that of its go.mod alone", () => {
    const sum = `h1:${base64(SHA256)}`;
    const text = `e.invalid/a v1.0.0 ${sum}\ne.invalid/a v1.0.0/go.mod ${sum}\ne.invalid/b v1.0.0 h2:x\nshort\n`;
    const { source: _none, ...found } = archive("e.invalid/a", [{ algorithm: "h1", value: SHA256 }]);
    const { source: _nor, ...other } = archive("e.invalid/b", []);
    expect(read("go-mod", "module m\n", { "go.sum": text })).toEqual([found, other]);
    expect(read("go-mod", "module m\n")).toEqual([]);
  });
});

describe("lockfiles of Python", () => {
  const hash = `sha256:${SHA256}`;
  const found = { name: "some-a", version: "1.0.0", anyOf: [sha256] };

  it.each<[string, LockfileFormat, string]>([
    [
      "poetry.lock",
      "poetry-lock",
      `[[package]]\nname = "Some_A"\nversion = "1.0.0"\nfiles = [{file = "a", hash = "${hash}"}]\n`,
    ],
    [
      "poetry.lock before 1.3",
      "poetry-lock",
      `[[package]]\nname = "some-a"\nversion = "1.0.0"\n[metadata.files]\nsome-a = [{file = "a", hash = "${hash}"}]\n`,
    ],
    [
      "pdm.lock before 2.8",
      "pdm-lock",
      `[[package]]\nname = "some-a"\nversion = "1.0.0"\n[metadata.files]\n"some-a 1.0.0" = [{hash = "${hash}"}]\n`,
    ],
    [
      "uv.lock",
      "uv-lock",
      `[[package]]\nname = "some-a"\nversion = "1.0.0"\nsdist = { url = "u", hash = "${hash}" }\n`,
    ],
    [
      "pylock.toml",
      "pylock",
      `[[packages]]\nname = "some-a"\nversion = "1.0.0"\nwheels = [{ name = "w", hashes = { sha256 = "${SHA256}" } }]\n`,
    ],
    [
      "Pipfile.lock",
      "pipfile-lock",
      JSON.stringify({ _meta: {}, default: { Some_A: { version: "==1.0.0", hashes: [hash, "md5:x"] } } }),
    ],
  ])("%s", (_name, format, text) => {
    expect(read(format, text)).toEqual([found]);
  });

  it("requirements with --hash, over continued lines and in included files", () => {
    const text = `-r more.txt\nSome_A==1.0.0 \\\n  --hash=sha256:${SHA256} \\\n  --hash=sha512:${SHA512}\n`;
    expect(read("requirements", text, { "more.txt": `b==1.0.0 --hash=sha256:${SHA256}\nc==1.0.0\n` })).toEqual([
      { ...found, name: "some-a" },
      { ...found, name: "b" },
      { ...found, name: "c", anyOf: [] },
    ]);
  });
});
