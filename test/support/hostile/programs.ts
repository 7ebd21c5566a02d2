import { chmodSync } from "node:fs";
import { join } from "node:path";
import { type Hostile, program, put } from "./hostile.ts";

/** Names that the gate or a tool of it looks for on PATH. */
export const SHADOWED = [
  "git",
  "bwrap",
  "gitleaks",
  "osv-scanner",
  "syft",
  "scancode",
  "python3",
  "go",
  "node",
  "npm",
  "cargo",
  "dagger",
  "ps",
  "sh",
];

/** Programs with the names of tools, where package managers put programs; PATH may well begin there. */
export const SHADOWS: Hostile = {
  name: "programs in node_modules/.bin and in the root that have a tool's name",
  make({ root, marker }) {
    for (const path of SHADOWED.flatMap((name) => [`node_modules/.bin/${name}`, name])) {
      put(root, path, program(marker));
      chmodSync(join(root, path), 0o755);
    }
  },
};

/** Files that make a package manager, compiler or interpreter run what the tree says. */
export const RUN_BY_TOOLS: Hostile = {
  name: "scripts and settings that package managers, compilers and interpreters run",
  make({ root, marker }) {
    const touch = `echo ran >> '${marker}'`;
    const run = join(root, "run.sh");
    put(root, "run.sh", program(marker));
    chmodSync(run, 0o755);
    const scripts = Object.fromEntries(
      ["preinstall", "install", "postinstall", "prepare", "test"].map((name) => [name, touch]),
    );
    put(root, "package.json", JSON.stringify({ name: "evil", version: "1.0.0", scripts, bin: { syft: "./run.sh" } }));
    put(root, ".npmrc", `script-shell=${run}\nnode-options=--require ${run}\nregistry=http://127.0.0.1:9/\n`);
    put(root, ".yarnrc", `yarn-path "${run}"\n`);
    put(root, ".yarnrc.yml", `yarnPath: ${run}\n`);
    put(root, ".pnpmfile.cjs", `require("node:fs").appendFileSync(${JSON.stringify(marker)}, "ran");\n`);
    put(root, ".cargo/config.toml", `[build]\nrustc = "${run}"\nrustc-wrapper = "${run}"\n`);
    put(root, "rust-toolchain.toml", '[toolchain]\npath = "."\n');
    put(root, "build.rs", `fn main() { std::fs::write("${marker}", "ran").unwrap(); }\n`);
    put(root, "go.work", "go 1.24\n\nuse ./nowhere\n");
    put(root, "go.env", `GOFLAGS=-toolexec=${run}\n`);
    put(root, "Makefile", `all:\n\t${touch}\n`);
    const python = `open(${JSON.stringify(marker)}, "a").write("ran")\n`;
    for (const name of [
      "setup.py",
      "conftest.py",
      "sitecustomize.py",
      "usercustomize.py",
      "json.py",
      "licensedcode/__init__.py",
    ]) {
      put(root, name, python);
    }
    put(root, "evil.pth", `import os; ${python}`);
    put(root, "pyproject.toml", '[build-system]\nrequires = []\nbuild-backend = "setup"\nbackend-path = ["."]\n');
    put(root, ".python-version", "../../run.sh\n");
    put(root, ".node-version", "0.0.1\n");
    put(root, ".tool-versions", "nodejs 0.0.1\n");
    put(root, ".envrc", `${touch}\n`);
    put(root, ".env", `PATH=${root}\nLD_PRELOAD=${run}\nNODE_OPTIONS=--require=${run}\n`);
    put(root, ".mvn/jvm.config", `-javaagent:${run}\n`);
    put(root, "gradle.properties", `org.gradle.jvmargs=-javaagent:${run}\n`);
    put(root, "dagger.json", '{"name": "evil", "sdk": {"source": "."}, "source": "."}\n');
    put(
      root,
      "vitest.config.ts",
      `import { appendFileSync } from "node:fs";\nappendFileSync(${JSON.stringify(marker)}, "ran");\n`,
    );
  },
};
