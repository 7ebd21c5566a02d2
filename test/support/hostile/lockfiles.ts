import { type Hostile, put } from "./hostile.ts";

const DEEP = 100_000;
const PACKAGES = '"node_modules/supply-gate-hidden": {"version": "1.0.0"}';

const JSON_LOCKFILES: Readonly<Record<string, string>> = {
  "deep-lists": `{"lockfileVersion": 3, "packages": ${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`,
  "deep-objects": `{"lockfileVersion": 3, "packages": ${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}}`,
  "deep-and-open": "[".repeat(DEEP),
  "deep-where-nobody-looks": `{"lockfileVersion": 3, "packages": {}, "x": ${"[".repeat(DEEP)}${"]".repeat(DEEP)}}`,
  "duplicate-key": `{"lockfileVersion": 3, "packages": {${PACKAGES}}, "packages": {}}`,
  "duplicate-key-escaped": `{"lockfileVersion": 3, "packages": {${PACKAGES}}, "pack\\u0061ges": {}}`,
  prototype: `{"lockfileVersion": 3, "packages": {"__proto__": {"version": "1.0.0"}}}`,
  "prototype-escaped": `{"lockfileVersion": 3, "packages": {"__pr\\u006fto__": {"version": "1.0.0"}}}`,
  "prototype-on-top": `{"lockfileVersion": 3, "__proto__": {"packages": {}}, "packages": {}}`,
  "number-for-packages": `{"lockfileVersion": 3, "packages": 1e999}`,
  empty: "",
  nul: "\0",
  "utf-16": "\ufeff{\0}\0",
};

/** package-lock.json files that a lenient reader takes for clean. */
export const JSON_LIES: Hostile = {
  name: "package-lock.json nested 100,000 deep, with a key twice, with __proto__",
  make({ root }) {
    for (const [name, text] of Object.entries(JSON_LOCKFILES)) put(root, `json/${name}/package-lock.json`, text);
  },
  broken: Object.keys(JSON_LOCKFILES).map((name) => `json/${name}/package-lock.json`),
};

const LAUGHS = ["a: &a [x, x, x, x, x, x, x, x, x, x]", ..."bcdefghij".split("").map(laugh)].join("\n");

/** Ten lists, each ten times the one before: 10 billion values in 500 bytes. */
function laugh(letter: string, index: number): string {
  const before = "abcdefghij"[index] ?? "a";
  return `${letter}: &${letter} [${Array(10).fill(`*${before}`).join(", ")}]`;
}

const YAML_LOCKFILES: Readonly<Record<string, string>> = {
  laughs: `lockfileVersion: '9.0'\n${LAUGHS}\n`,
  loop: "lockfileVersion: '9.0'\npackages: &a\n  b: *a\n",
  merge: "lockfileVersion: '9.0'\nx: &x {a: {}}\npackages:\n  <<: *x\n",
  "deep-flow": `lockfileVersion: '9.0'\npackages: ${"[".repeat(DEEP)}${"]".repeat(DEEP)}\n`,
  "deep-block": `lockfileVersion: '9.0'\npackages:\n${"- ".repeat(DEEP)}x\n`,
  "deep-keys": `lockfileVersion: '9.0'\n${"? ".repeat(DEEP)}x\n`,
  tag: "lockfileVersion: '9.0'\npackages: !!js/function 'function () { return 1 }'\n",
  "duplicate-key": "lockfileVersion: '9.0'\npackages: {a@1.0.0: {}}\npackages: {}\n",
  prototype: "lockfileVersion: '9.0'\npackages:\n  __proto__: {}\n",
};

/** pnpm-lock.yaml files that grow, loop or nest without end. */
export const YAML_LIES: Hostile = {
  name: "pnpm-lock.yaml with a billion laughs, loops, tags and deep nesting",
  make({ root }) {
    for (const [name, text] of Object.entries(YAML_LOCKFILES)) put(root, `yaml/${name}/pnpm-lock.yaml`, text);
    put(root, "yaml/berry/yarn.lock", `__metadata:\n  version: 8\n${LAUGHS}\n`);
  },
  broken: [...Object.keys(YAML_LOCKFILES).map((name) => `yaml/${name}/pnpm-lock.yaml`), "yaml/berry/yarn.lock"],
};

const TOML_LOCKFILES: Readonly<Record<string, string>> = {
  deep: `version = 3\nx = ${"[".repeat(DEEP)}${"]".repeat(DEEP)}\n`,
  "deep-tables": `version = 3\nx = ${"{a=".repeat(DEEP)}1${"}".repeat(DEEP)}\n`,
  "duplicate-key": "version = 3\nversion = 4\n",
  prototype: "version = 3\n[__proto__]\nx = 1\n",
};

/** Cargo.lock files of the same sorts. */
export const TOML_LIES: Hostile = {
  name: "Cargo.lock nested 100,000 deep, with a key twice, with __proto__",
  make({ root }) {
    for (const [name, text] of Object.entries(TOML_LOCKFILES)) put(root, `toml/${name}/Cargo.lock`, text);
  },
  broken: Object.keys(TOML_LOCKFILES).map((name) => `toml/${name}/Cargo.lock`),
};

/** Requirements that include each other, and files that are none of theirs. */
export const INCLUDES: Hostile = {
  name: "requirements that include each other, the machine's own files and a line without end",
  make({ root }) {
    put(
      root,
      "includes/requirements.txt",
      "-r requirements-b.txt\n-r requirements.txt\n-r /etc/passwd\n-r ../../../../etc/passwd\n",
    );
    put(root, "includes/requirements-b.txt", "-r requirements.txt\n-c https://example.org/constraints.txt\n");
    put(root, "includes/requirements-long.txt", `${"a".repeat(1_000_000)}\n${"\\\n".repeat(100_000)}\n`);
    put(root, "includes/yarn.lock", `# yarn lockfile v1\n\n# ${"a".repeat(1_000_000)}\n`);
  },
  broken: ["includes/requirements-long.txt", "includes/yarn.lock"],
};
