import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { build } from "tsdown";
import { describe, expect, it } from "vitest";
import { takeInventory } from "../../pipeline/plan/inventory.ts";
import { bytesOfPath } from "../../pipeline/tree/source-path.ts";
import { ROOT } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";
import { planDigest } from "./plan-program.ts";
import { PROPERTY_TIMEOUT, runsOf } from "./runs.ts";

/** Names that mean something to a tool, to a reader, to a terminal or to a collation. */
const TELLING = [
  ...["package-lock.json", "requirements.txt", "go.mod", "Cargo.toml", ".gitignore", ".gitleaks.toml", "node_modules"],
  ...["a.gz.txt", "x.tar.md", "-rf", " ", "a\nb", "\u202egnp.exe", "__proto__", "ch", "h", "Ink", "ink", "\u00e4", "z"],
];
const name = fc
  .oneof(
    fc.constantFrom(...TELLING).map((text) => Buffer.from(text)),
    fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 255 }).map((bytes) => Buffer.from(bytes)),
  )
  .filter(
    (bytes) =>
      bytes.length <= 255 && !bytes.includes(0) && !bytes.includes("/") && !/^\.{1,2}$|^\.git$/.test(bytes.toString()),
  );
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => joined(parts));
const entry = fc.tuple(path, fc.oneof(fc.constantFrom("", "six==1.16.0\n", "{}", "x\n"), fc.string()));
/** Files that can lie in one tree: no path twice, none below another. */
const files = fc
  .array(entry, { minLength: 1, maxLength: 12 })
  .map((entries) =>
    entries.filter(
      ([place], index) =>
        !entries.some(
          ([other], at) => (at < index && other.equals(place)) || isBelow(place, other) || isBelow(other, place),
        ),
    ),
  );
type Files = readonly (readonly [Buffer, string])[];

function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from("/"), part])));
}

function isBelow(place: Buffer, folder: Buffer): boolean {
  return place.subarray(0, folder.length + 1).equals(Buffer.concat([folder, Buffer.from("/")]));
}

function write(entries: Files): string {
  const root = makeTree({});
  for (const [place, text] of entries) {
    const whole = Buffer.concat([Buffer.from(`${root}/`), place]);
    mkdirSync(whole.subarray(0, whole.lastIndexOf("/")), { recursive: true });
    writeFileSync(whole, text);
  }
  return root;
}

const trees = files.chain((entries) =>
  fc.record({ entries: fc.constant(entries), other: fc.shuffledSubarray(entries, { minLength: entries.length }) }),
);

describe("a plan", () => {
  it("is the same in whatever order the files of a tree were written, whatever they are called", {
    timeout: PROPERTY_TIMEOUT,
  }, () => {
    fc.assert(
      fc.property(trees, ({ entries, other }) => {
        expect(planDigest(write(other))).toBe(planDigest(write(entries)));
      }),
      runsOf(50),
    );
  });

  it("is made of each file once, under the very bytes of its name", { timeout: PROPERTY_TIMEOUT }, () => {
    fc.assert(
      fc.property(files, (entries) => {
        const found = takeInventory(write(entries)).files.map((file) => bytesOfPath(file).toString("hex"));
        expect(found.sort()).toEqual(entries.map(([place]) => place.toString("hex")).sort());
      }),
      runsOf(50),
    );
  });

  it("is the same in any locale and time zone", { timeout: PROPERTY_TIMEOUT }, async () => {
    const { numRuns, seed } = runsOf(15);
    const roots = fc.sample(files, { numRuns, seed }).map(write);
    const here = roots.map(planDigest);
    const program = await bundled();
    for (const env of [
      { TZ: "UTC", LC_ALL: "C" },
      { TZ: "America/St_Johns", LC_ALL: "sv_SE.UTF-8" },
    ]) {
      const there = execFileSync(process.execPath, ["run.mjs"], { cwd: program, env, input: JSON.stringify(roots) });
      expect(JSON.parse(there.toString())).toEqual(here);
    }
  });
});

/** The plan as a program of its own, which starts with another environment than this process. */
async function bundled(): Promise<string> {
  const outDir = makeTree({ "run.mjs": RUN });
  await build({
    entry: { plan: join(ROOT, "test/properties/plan-program.ts") },
    outDir,
    format: "esm",
    platform: "node",
    loader: { ".py": "text", ".txt": "text", ".toml": "text" },
    dts: false,
    clean: false,
    noExternal: [/.*/],
    config: false,
    logLevel: "silent",
  });
  expect(readdirSync(outDir).length).toBeGreaterThan(1);
  return outDir;
}

const RUN = `
import { readdirSync, readFileSync } from "node:fs";
const name = readdirSync(".").find((file) => file.startsWith("plan."));
const { planDigest } = await import("./" + name);
process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(planDigest)));
`;
