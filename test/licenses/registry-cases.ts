import { createHash } from "node:crypto";
import { hexOf, type Loopback, lockOf, packageOf, placeOf } from "./loopback.ts";
import { tarGz, zipOf } from "./made-archive.ts";

/** The licence file of every one of these archives. */
export const LICENSE = { path: "LICENSE", sha256: hexOf("text"), bytes: 4, detected: null };

/** One package, how a lockfile locks it, where its registry has it, and what the fact about it says. */
export interface Case {
  readonly purl: string;
  readonly archive: Buffer;
  readonly locked: { readonly algorithm: string; readonly value: string };
  readonly tree: Readonly<Record<string, string>>;
  readonly serve: (server: Loopback) => void;
  readonly registry: (url: string) => string;
  readonly asked: readonly string[];
  readonly declared: readonly { readonly raw: string; readonly from: string }[];
  readonly file?: string;
}

const npm = packageOf("MIT", { name: "package/LICENSE", content: "text" });
const crate = tarGz([
  { name: "made-1.0.0/Cargo.toml", content: '[package]\nlicense = "MIT"\n' },
  { name: "made-1.0.0/LICENSE", content: "text" },
]);
const goModule = zipOf({ "e.invalid/Made@v1.0.0/LICENSE": "text", "e.invalid/Made@v1.0.0/a.go": "package a\n" });
const source = tarGz([
  { name: "made-1.0.0/PKG-INFO", content: "Metadata-Version: 2.4\nLicense-Expression: MIT\n" },
  { name: "made-1.0.0/LICENSE", content: "text" },
]);
const wheel = zipOf({
  "made-1.0.0.dist-info/METADATA": "Metadata-Version: 2.4\nLicense-Expression: ISC\n",
  "made-1.0.0.dist-info/licenses/LICENSE": "text",
});

/** As Go's dirhash has it, written down once more. */
const lines = ["LICENSE", "a.go"].map(
  (name) => `${hexOf(name === "LICENSE" ? "text" : "package a\n")}  e.invalid/Made@v1.0.0/${name}\n`,
);
const h1 = createHash("sha256").update(lines.join("")).digest();

const index = (files: Readonly<Record<string, Buffer>>): string =>
  JSON.stringify({
    files: Object.entries(files).map(([filename, bytes]) => ({
      filename,
      url: `../../files/${filename}`,
      hashes: { sha256: hexOf(bytes) },
      size: bytes.length,
    })),
  });
const poetry = (...archives: readonly Buffer[]): string =>
  `[[package]]\nname = "made"\nversion = "1.0.0"\nfiles = [${archives.map((bytes) => `{file = "f", hash = "sha256:${hexOf(bytes)}"}`).join(", ")}]\n\n[metadata]\nlock-version = "2.1"\ncontent-hash = "x"\n`;

function python(archives: Readonly<Record<string, Buffer>>, name: string, raw: string, file: string): Case {
  const archive = archives[name] as Buffer;
  return {
    purl: "pkg:pypi/made@1.0.0",
    archive,
    locked: { algorithm: "sha256", value: hexOf(archive) },
    tree: { "poetry.lock": poetry(...Object.values(archives)) },
    serve: ({ pages }) => {
      pages["/simple/made/"] = index(archives);
      pages[`/files/${name}`] = archive;
    },
    registry: (url) => `pypi=${url}/simple`,
    asked: ["/simple/made/", `/files/${name}`],
    declared: [{ raw, from: `${name.endsWith("whl") ? "METADATA" : "PKG-INFO"}#License-Expression` }],
    file,
  };
}

export const CASES: Readonly<Record<string, Case>> = {
  npm: {
    purl: "pkg:npm/%40scope/made@1.0.0",
    archive: npm,
    locked: { algorithm: "sha512", value: createHash("sha512").update(npm).digest("hex") },
    tree: { "package-lock.json": lockOf({ "@scope/made": npm }, "https://elsewhere.invalid/made.tgz") },
    serve: ({ pages }) => {
      pages[placeOf("@scope/made")] = npm;
    },
    registry: (url) => `npm=${url}`,
    asked: ["/@scope/made/-/made-1.0.0.tgz"],
    declared: [{ raw: "MIT", from: "package.json#license" }],
  },
  "crates.io": {
    purl: "pkg:cargo/made@1.0.0",
    archive: crate,
    locked: { algorithm: "sha256", value: hexOf(crate) },
    tree: {
      "Cargo.lock": `version = 4\n[[package]]\nname = "made"\nversion = "1.0.0"\nsource = "registry+https://r.invalid/made-index"\nchecksum = "${hexOf(crate)}"\n`,
    },
    serve: ({ pages, url }) => {
      pages["/index/config.json"] = JSON.stringify({ dl: `${url}/crates` });
      pages["/crates/made/1.0.0/download"] = crate;
    },
    registry: (url) => `crates.io=${url}/index/`,
    asked: ["/index/config.json", "/crates/made/1.0.0/download"],
    declared: [{ raw: "MIT", from: "Cargo.toml#package.license" }],
  },
  "a Go proxy": {
    purl: "pkg:golang/e.invalid/Made@v1.0.0",
    archive: goModule,
    locked: { algorithm: "h1", value: h1.toString("hex") },
    tree: {
      "go.mod": "module m\n\ngo 1.21\n\nrequire e.invalid/Made v1.0.0\n",
      "go.sum": `e.invalid/Made v1.0.0 h1:${h1.toString("base64")}\n`,
    },
    serve: ({ pages }) => {
      pages["/e.invalid/!made/@v/v1.0.0.zip"] = goModule;
    },
    registry: (url) => `go=${url}`,
    asked: ["/e.invalid/!made/@v/v1.0.0.zip"],
    declared: [],
  },
  "a PyPI index, the source where there is one": python(
    { "made-1.0.0-py3-none-any.whl": wheel, "made-1.0.0.tar.gz": source },
    "made-1.0.0.tar.gz",
    "MIT",
    "LICENSE",
  ),
  "a PyPI index, a wheel where there is no source": python(
    { "made-1.0.0-py3-none-any.whl": wheel },
    "made-1.0.0-py3-none-any.whl",
    "ISC",
    "made-1.0.0.dist-info/licenses/LICENSE",
  ),
};
