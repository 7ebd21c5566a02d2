import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type OpinionsCommandOptions, opinionsCommand } from "../../pipeline/cli/opinions-command.ts";
import { thisWorld } from "../../pipeline/cli/world.ts";
import { Opinions } from "../../schemas/opinion.ts";
import { readJson } from "../../schemas/read.ts";
import { makeTree } from "../support/tree.ts";
import { cargoLock, recorded, rustsecOf } from "./recorded.ts";

const VERSIONS = { "cargo-audit": "0.22.2", "cargo-deny": "0.20.2" } as const;
type Tool = keyof typeof VERSIONS;

/** A tool that answers as it was recorded, and tells how it was called. */
function standIn(tool: Tool, answer = recorded(`${tool}-findings`), version: string = VERSIONS[tool]): string {
  // Three advisories and the canary's, in place of the recording's.
  const stdout = answer.stdout.replace('"advisory-count":715', '"advisory-count":4');
  const folder = makeTree({ stdout, stderr: answer.stderr });
  const script = [
    ...["#!/bin/sh", `if [ "$1" = --version ]; then echo "${tool} ${version}"; exit 0; fi`],
    `{ export -p; echo "cwd: $PWD"; echo "args: $*"; echo $PWD/*; } >'${folder}/called'`,
    ...[`/bin/cat '${folder}/stdout'`, `/bin/cat '${folder}/stderr' >&2`, `exit ${answer.status}`, ""],
  ];
  writeFileSync(join(folder, tool), script.join("\n"));
  chmodSync(join(folder, tool), 0o755);
  return join(folder, tool);
}

const DB = {
  ...rustsecOf({ id: "RUSTSEC-2019-0009", crate: "smallvec", fixed: "0.6.10", title: "Double free" }),
  ...rustsecOf({ id: "RUSTSEC-2021-0145", crate: "atty", informational: "unsound", title: "Unaligned read" }),
  ...rustsecOf({ id: "RUSTSEC-2020-0071", crate: "time", fixed: "0.2.23", title: "Segfault" }),
};

/** The source tree, with settings that no tool may obey, and an advisory database beside it. */
function project(): string {
  const obeyed = Object.fromEntries(
    [".cargo/audit.toml", ".cargo/config.toml", "deny.toml", "deny.exceptions.toml"].map((path) => [
      `tree/${path}`,
      "x",
    ]),
  );
  const database = Object.fromEntries(Object.entries(DB).map(([path, text]) => [`db/${path}`, text]));
  return makeTree({ "tree/Cargo.lock": cargoLock(), ...obeyed, ...database });
}

async function ask(cwd: string, options: Partial<OpinionsCommandOptions>, env: Record<string, string> = {}) {
  let text = "";
  const stdout = (piece: string): void => {
    text += piece;
  };
  const world = { ...thisWorld(new AbortController().signal, false), cwd, env: { ...env }, stdout };
  const status = await opinionsCommand({ source: "cargo-audit", path: "tree", to: "out.json", ...options }, world);
  return { status, text, opinion: readJson(Opinions, readFileSync(join(cwd, "out.json"), "utf8"), "out.json") };
}

afterEach(() => vi.unstubAllEnvs());

describe.each(Object.keys(VERSIONS) as Tool[])("supply-gate opinions %s", (source) => {
  it("writes down what the tool says, of which lockfile, with which advisories", async () => {
    const { status, text, opinion } = await ask(project(), { source, db: "db", tool: standIn(source) });
    expect(status).toBe(0);
    const version = VERSIONS[source];
    expect(text).toBe(`${source} ${version} on Cargo.lock: 8 reported, 5 packages against 3 advisories: out.json\n`);
    expect({ ...opinion, items: opinion.items.length }).toMatchObject({
      ...{ schemaVersion: "supply-gate/opinions-1", source, version, ecosystem: "crates.io", packages: 5, items: 8 },
      database: { advisories: 3, asked: null },
      lockfile: "Cargo.lock",
      lockfileSha256: createHash("sha256").update(cargoLock()).digest("hex"),
    });
  });

  it("calls it in an empty folder that is also its home, with nothing of the caller's surroundings or the tree", async () => {
    const cwd = project();
    const tool = standIn(source);
    await ask(cwd, { source, db: "db", tool }, { CARGO_HOME: "/callers", SECRET: "callers", PATH: "/bin" });
    const called = readFileSync(join(tool, "../called"), "utf8");
    const [home = ""] = /^cwd: (.*)$/m.exec(called)?.slice(1) ?? [];
    expect(called).toContain(`HOME='${home}'`);
    expect(called).toContain(`CARGO_HOME='${home}'`);
    expect(called).toContain("PATH='/nonexistent'");
    expect(called).toContain(`\n${home}/*\n`);
    expect(called).not.toContain("callers");
    expect(called).not.toContain(cwd);
    expect(existsSync(home)).toBe(false);
  });

  it("names the same database by the same digest, and another one by another", async () => {
    const digestOf = async (cwd: string) =>
      (await ask(cwd, { source, db: "db", tool: standIn(source) })).opinion.database.sha256;
    const changed = project();
    writeFileSync(join(changed, "db/crates/time/RUSTSEC-2020-0071.md"), "other\n");
    const first = await digestOf(project());
    expect(await digestOf(project())).toBe(first);
    expect(await digestOf(changed)).not.toBe(first);
  });

  it.each([
    ["of another version", standIn(source, undefined, "0.1.0"), "PIN_MISMATCH", "found version 0.1.0, expected"],
    ["that did not look", standIn(source, recorded(`${source}-broken-database`)), "DOCUMENT_INVALID", "exit 1"],
  ])("refuses a tool %s, and leaves nothing behind", async (_, tool, code, message) => {
    const cwd = project();
    const temporary = makeTree({});
    vi.stubEnv("TMPDIR", temporary);
    const asked = ask(cwd, { source, db: "db", tool });
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(existsSync(join(cwd, "out.json"))).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe("supply-gate opinions refuses", () => {
  const refused = async (options: Partial<OpinionsCommandOptions>, code: string, message: string, cwd = project()) =>
    await expect(ask(cwd, { db: "db", tool: standIn("cargo-audit"), ...options })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });

  it("a database that is none", async () => {
    await refused({ db: undefined }, "USAGE_INVALID", "cargo-audit: --db is missing");
    await refused({ db: "nothing" }, "ADVISORIES_INVALID", "nothing: found a folder that can't be read (ENOENT)");
    const empty = makeTree({ "tree/Cargo.lock": cargoLock(), "db/crates/x/README.txt": "" });
    await refused({}, "ADVISORIES_INVALID", "db: found no crates/<crate>/<id>.md", empty);
    const linked = project();
    symlinkSync("/", join(linked, "db/crates/link"));
    await refused({}, "ADVISORIES_INVALID", "db: crates/link: found neither a file nor a folder", linked);
  });

  it("a lockfile that is none, or outside of the tree", async () => {
    const message = "found no such file, expected a cargo-lock in the source folder";
    await refused({ lockfile: "else/Cargo.lock" }, "USAGE_INVALID", `else/Cargo.lock: ${message}`);
    await refused({ lockfile: "../tree/Cargo.lock" }, "USAGE_INVALID", `../tree/Cargo.lock: ${message}`);
    await refused({ lockfile: "deny.toml" }, "USAGE_INVALID", `deny.toml: ${message}`);
    await refused({ source: "npm-audit" }, "USAGE_INVALID", "package-lock.json: found no such file");
    await refused({ path: "nowhere" }, "SOURCE_INVALID", "nowhere: found no folder");
    const broken = makeTree({ "tree/Cargo.lock": "[[package]]\nname = \n" });
    await refused({}, "LOCKFILE_INVALID", "Cargo.lock", broken);
  });

  it("a program that is not there, or is the tree's", async () => {
    await refused({ tool: "nothing" }, "TOOL_UNAVAILABLE", "cargo-audit: found no program at");
    const cwd = makeTree({ "tree/Cargo.lock": cargoLock(), "tree/bin/cargo-audit": "#!/bin/sh\n" });
    chmodSync(join(cwd, "tree/bin/cargo-audit"), 0o755);
    const asked = ask(cwd, { db: "db" }, { PATH: join(cwd, "tree/bin") });
    await expect(asked).rejects.toMatchObject({
      code: "TOOL_UNAVAILABLE",
      message: expect.stringContaining("on PATH"),
    });
  });

  it("to write over a file", async () => {
    const cwd = project();
    writeFileSync(join(cwd, "out.json"), "mine");
    await refused({}, "OUTPUT_INVALID", "out.json: found a file, expected none", cwd);
    expect(readFileSync(join(cwd, "out.json"), "utf8")).toBe("mine");
  });
});
