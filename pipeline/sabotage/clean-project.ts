/** A project in which there is nothing to find: what ends PASSED shows best whether an attack is noticed. None of its packages exists. */
export const CLEAN_PROJECT: Readonly<Record<string, string>> = {
  "README.md": "# clean\n\nA made-up project in which there is nothing to find.\n",
  "src/main.ts": "// SPDX-License-Identifier: MIT\n\nexport const answer = 42;\n",
  "src/two.ts": "export const two = 2;\n",
  "package.json": '{ "name": "clean", "version": "1.0.0", "license": "MIT" }\n',
  "package-lock.json": `${JSON.stringify(
    {
      name: "clean",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: {
        "": { name: "clean", version: "1.0.0", license: "MIT", dependencies: { "supply-gate-clean-a": "1.0.0" } },
        "node_modules/supply-gate-clean-a": {
          version: "1.0.0",
          license: "MIT",
          resolved: tarball("a"),
          integrity: hash("a"),
        },
        "node_modules/supply-gate-clean-b": {
          version: "2.1.0",
          license: "ISC",
          resolved: tarball("b"),
          integrity: hash("b"),
        },
      },
    },
    null,
    2,
  )}\n`,
};

function tarball(name: string): string {
  return `https://registry.example/supply-gate-clean-${name}.tgz`;
}

function hash(name: string): string {
  return `sha512-${Buffer.from(name.repeat(64)).toString("base64")}`;
}
