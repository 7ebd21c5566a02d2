import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRepository } from "../support/made-repository.ts";
import { CACHE, gated } from "./repository.ts";

const installed = existsSync(join(CACHE, "tools/gitleaks")) && readdirSync(join(CACHE, "tools/gitleaks")).length > 0;

/** Shaped like an access token; opens nothing. */
const token = (letter: string) => ["ghp", `${letter}x7QpR2mT9vW4zK8nB3cF6hJ1sL5dG0yU2eA`.slice(0, 36)].join("_");
const line = (name: string, letter: string) => `${name} = "${token(letter)}"\n`;

describe.skipIf(!installed)("secrets against a base (skipped until supply-gate tools install has run)", () => {
  async function origins(before: string, after: string, more: object = {}): Promise<(string | undefined)[]> {
    const { root, commit } = makeRepository();
    writeFileSync(join(root, "a.py"), before);
    const base = commit("before");
    writeFileSync(join(root, "a.py"), after);
    const { decision } = await gated({ path: root, only: "secret_scan", base, ...more });
    expect(decision.verdict.incomplete).toEqual([]);
    expect(decision.verdict.split?.problems).toEqual([]);
    return decision.findings.map(({ origin }) => origin);
  }

  it("one that moved with the lines around it was there", async () => {
    const old = line("token", "Z");
    expect(await origins(old, `import os\n\n\n${old}print(token)\n`)).toEqual(["already-there"]);
  });

  it("one in another's place is introduced, although both have the same id", async () => {
    expect(await origins(line("token", "Z"), line("token", "Y"))).toEqual(["introduced"]);
  });

  it("a new one before an old one is the new one", async () => {
    const old = line("token", "Z");
    expect(await origins(old, `${line("other", "Y")}\n\n${old}`)).toEqual(["introduced", "already-there"]);
  });

  it("the same one a second time is a second one", async () => {
    const old = line("token", "Z");
    expect(await origins(old, `${old}\n\n\n${old}`)).toEqual(["already-there", "introduced"]);
  });

  it("one that base's history holds was there, though neither tree has it", async () => {
    const { root, commit } = makeRepository();
    writeFileSync(join(root, "a.py"), line("token", "Z"));
    commit("a secret");
    writeFileSync(join(root, "a.py"), "\n");
    const base = commit("taken out");
    writeFileSync(join(root, "b.py"), line("token", "Y"));
    commit("another");
    writeFileSync(join(root, "b.py"), "\n");
    commit("taken out too");
    const { decision } = await gated({ path: root, only: "secret_scan", base, history: true });
    expect(decision.findings.map(({ locations, origin }) => [locations[0]?.path, origin])).toEqual([
      ["a.py", "already-there"],
      ["b.py", "introduced"],
    ]);
  });

  it("where only results are left, a file that did not change tells that its secrets were there; one that did tells nothing", async () => {
    const { root } = makeRepository();
    writeFileSync(join(root, "a.py"), line("token", "Z"));
    writeFileSync(join(root, "b.py"), line("token", "Y"));
    const before = await gated({ path: root, only: "secret_scan" });
    writeFileSync(join(root, "b.py"), `\n${line("token", "Y")}`);
    const { decision, ran } = await gated({ path: root, only: "secret_scan", base: before.out });
    expect(decision.findings.map(({ locations, origin }) => [locations[0]?.path, origin])).toEqual([
      ["a.py", "already-there"],
      ["b.py", "introduced"],
    ]);
    expect(ran).toEqual(["secret_scan"]);
  });
});
