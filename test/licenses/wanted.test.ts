import { describe, expect, it } from "vitest";
import { sealed } from "../../pipeline/licenses/fact.ts";
import { factsOfTree } from "../../pipeline/licenses/facts-of-tree.ts";
import { lockfileInventory } from "../../pipeline/licenses/lockfile-inventory.ts";
import { writeFact } from "../../pipeline/licenses/store.ts";
import { wantedArchives } from "../../pipeline/licenses/wanted.ts";
import type { LicenseFact, LockedHash } from "../../schemas/license-fact.ts";
import { makeTree } from "../support/tree.ts";

const hash = (byte: string): LockedHash => ({ algorithm: "sha512", value: byte.repeat(64) });
const integrityOf = ({ value }: LockedHash) => `sha512-${Buffer.from(value, "hex").toString("base64")}`;

type Entry = Readonly<Record<string, unknown>>;
const lock = (packages: Readonly<Record<string, Entry>>): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: Object.fromEntries(Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry])),
  });
const entry = (locked: LockedHash): Entry => ({ version: "1.0.0", integrity: integrityOf(locked) });
const fromGit = { version: "1.0.0", resolved: "git+ssh://git@r.invalid/made.git#0123456789" };

function wantedOf(files: Readonly<Record<string, string>>, only?: readonly string[]) {
  const root = makeTree(files);
  const { wanted, missing, broken } = wantedArchives(root, lockfileInventory(root), only);
  return {
    wanted: wanted.map(({ purl, anyOf }) => `${purl} ${anyOf.map(({ value }) => value.slice(0, 2)).join(" ")}`),
    missing: missing.map(({ purl, reason, detail, lockfile }) => `${purl}: ${reason}: ${detail} (${lockfile})`),
    broken: broken.map(({ message }) => message),
  };
}

describe("what the lockfiles of a tree name", () => {
  it("is wanted where a hash is stated, or missing for a reason", () => {
    const packages = {
      made: entry(hash("aa")),
      bare: { version: "1.0.0" },
      weak: { version: "1.0.0", integrity: "md5-abcd" },
      git: fromGit,
      url: { version: "1.0.0", resolved: "file:../made.tgz" },
    };
    const gemfile =
      "GEM\n  remote: https://r.invalid/\n  specs:\n    made (1.0.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  made\n";
    expect(wantedOf({ "package-lock.json": lock(packages), "Gemfile.lock": gemfile })).toEqual({
      wanted: ["pkg:npm/made@1.0.0 aa"],
      missing: [
        "pkg:gem/made@1.0.0: unsupported-ecosystem: RubyGems (Gemfile.lock)",
        "pkg:npm/bare@1.0.0: no-hash: the package-lock states no hash of it (package-lock.json)",
        "pkg:npm/git@1.0.0: not-registry: git (package-lock.json)",
        "pkg:npm/url@1.0.0: not-registry: path (package-lock.json)",
        "pkg:npm/weak@1.0.0: no-hash: the package-lock states no hash of it (package-lock.json)",
      ],
      broken: [],
    });
  });

  it("is wanted twice where two lockfiles lock one version to two archives", () => {
    const files = {
      "package-lock.json": lock({ made: entry(hash("aa")) }),
      "x/package-lock.json": lock({ made: entry(hash("bb")) }),
      "y/package-lock.json": lock({ made: entry(hash("aa")) }),
    };
    expect(wantedOf(files).wanted).toEqual(["pkg:npm/made@1.0.0 aa", "pkg:npm/made@1.0.0 bb"]);
    expect(wantedOf(files, ["x/package-lock.json"]).wanted).toEqual(["pkg:npm/made@1.0.0 bb"]);
  });

  it("is not missing where another lockfile has the hash, but is where it comes from elsewhere", () => {
    const made = { "package-lock.json": lock({ made: entry(hash("aa")) }) };
    expect(wantedOf({ ...made, "x/package-lock.json": lock({ made: { version: "1.0.0" } }) }).missing).toEqual([]);
    expect(wantedOf({ ...made, "x/package-lock.json": lock({ made: fromGit }) })).toMatchObject({
      wanted: ["pkg:npm/made@1.0.0 aa"],
      missing: ["pkg:npm/made@1.0.0: not-registry: git (x/package-lock.json)"],
    });
  });

  it("is broken where the lockfile, or its hashes, can't be read; the others count", () => {
    const files = {
      "package-lock.json": lock({ made: entry(hash("aa")) }),
      "x/package-lock.json": "{",
      "y/package-lock.json": lock({ odd: { version: "1.0.0", integrity: false } }),
    };
    const { wanted, missing, broken } = wantedOf(files);
    expect([wanted, missing]).toEqual([
      ["pkg:npm/made@1.0.0 aa"],
      ["pkg:npm/odd@1.0.0: no-hash: the package-lock states no hash of it (y/package-lock.json)"],
    ]);
    expect(broken).toEqual([
      expect.stringMatching(/^x\/package-lock\.json:1: found broken JSON/),
      expect.stringMatching(/^y\/package-lock\.json: /),
    ]);
  });

  it("has purls in which strange names change nothing", () => {
    const names = ["made?a=b#c", "../../made", "made made", "M\u00e4de\u202e"];
    const packages = Object.fromEntries(names.map((name) => [name, entry(hash("aa"))]));
    expect(wantedOf({ "package-lock.json": lock(packages) }).wanted).toEqual([
      "pkg:npm/../../made@1.0.0 aa",
      "pkg:npm/m%C3%A4de%E2%80%AE@1.0.0 aa",
      "pkg:npm/made%20made@1.0.0 aa",
      "pkg:npm/made%3Fa%3Db%23c@1.0.0 aa",
    ]);
  });
});

describe("the facts that a run uses", () => {
  const factOf = (locked: LockedHash, name = "made"): LicenseFact =>
    sealed({
      schemaVersion: "supply-gate/license-fact-1",
      purl: `pkg:npm/${name}@1.0.0`,
      archive: { sha256: "cd".repeat(32), bytes: 9, locked },
      declared: [],
      files: [],
      scanner: null,
      ignored: [],
      ignoredCounts: {},
    });
  const facts = [factOf(hash("aa")), factOf(hash("bb")), factOf(hash("aa"), "other")] as const;

  function used(known: readonly LicenseFact[], files: Readonly<Record<string, string>>) {
    const [folder, root] = [makeTree({}), makeTree(files)];
    for (const fact of known) writeFact(folder, fact);
    return factsOfTree(folder, root, lockfileInventory(root));
  }
  const both = {
    "package-lock.json": lock({ made: entry(hash("aa")), other: entry(hash("aa")) }),
    "x/package-lock.json": lock({ made: entry(hash("bb")) }),
  };

  it("are those of all archives of a version, sorted by purl", () => {
    expect(used(facts, both)).toEqual(facts);
    expect(used(facts, { "package-lock.json": lock({}) })).toEqual([]);
  });

  it("are none of a version where one of its archives has no fact", () => {
    expect(used([facts[0], facts[2]], both)).toEqual([facts[2]]);
  });

  it("are none of a version that another lockfile gets from elsewhere", () => {
    const files = {
      "package-lock.json": lock({ made: entry(hash("aa")) }),
      "x/package-lock.json": lock({ made: fromGit }),
    };
    expect(used(facts, files)).toEqual([]);
  });

  it("are one where two lockfiles state the same archive's hashes in different ways", () => {
    const files = {
      "package-lock.json": lock({ made: entry(hash("aa")) }),
      "x/package-lock.json": lock({
        made: { version: "1.0.0", integrity: `${integrityOf(hash("cc"))} ${integrityOf(hash("aa"))}` },
      }),
    };
    expect(used(facts, files)).toEqual([facts[0]]);
  });
});
