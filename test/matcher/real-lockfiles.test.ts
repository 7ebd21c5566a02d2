import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSnapshot } from "../../pipeline/advisories/build.ts";
import { readZip } from "../../pipeline/advisories/zip-reader.ts";
import { vulnScan } from "../../pipeline/kinds/vuln_scan/index.ts";
import { Evidence } from "../../schemas/evidence.ts";
import { LockfilesFile } from "../../schemas/lockfile.ts";
import { gate } from "../support/gate.ts";
import { hasSharedData, SHARED_DATA } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";
import { isVulnerable, type PlainRecord, plainName } from "./plain-matcher.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const TOOL = join(CACHE, "tools/osv-scanner");
const canRun = hasSharedData && existsSync(TOOL) && readdirSync(TOOL).length > 0;
const ECOSYSTEMS = ["npm", "crates.io", "Go", "PyPI"];
const records = new Map<string, PlainRecord[]>();
let snapshot = "";

describe.skipIf(!canRun)("findings over real lockfiles (skipped without osv-scanner and ../shared/data)", () => {
  beforeAll(async () => {
    snapshot = join(makeTree({}), "snapshot");
    await buildSnapshot(join(SHARED_DATA, "osv-2026-06-30"), snapshot);
    for (const ecosystem of ECOSYSTEMS) {
      for await (const { content } of readZip(join(SHARED_DATA, "osv-2026-06-30", ecosystem, "all.zip"))) {
        const record: PlainRecord = JSON.parse(content.toString("utf8"));
        for (const { package: subject } of record.affected ?? []) {
          if (subject === undefined) continue;
          const key = `${ecosystem}\n${plainName(ecosystem, subject.name)}`;
          records.set(key, [...(records.get(key) ?? []), record]);
        }
      }
    }
  }, 120_000);

  it.each([
    ["trivy-lockfiles", 84],
    ["osv-scanner-lockfiles", 14],
  ])("of %s equal a plain matcher's, set for set (%i pairs)", async (archive, pairs) => {
    const tree = makeTree({});
    execFileSync("tar", ["-xzf", join(SHARED_DATA, `${archive}.tar.gz`), "-C", tree]);
    const out = join(makeTree({}), "out");
    const args = ["--engine", "host", "--only", "vuln_scan", "--as-of", "2026-07-01", "--advisories", snapshot];
    await gate(["run", ".", ...args, "--out", out, "--quiet"], { cwd: tree });
    const read = (path: string) => JSON.parse(readFileSync(join(out, path), "utf8"));
    const { lockfiles } = LockfilesFile.parse(read("evidence/lockfiles.json"));
    const locked = new Map(
      lockfiles
        .flatMap(({ packages }) => packages)
        .filter(
          ({ ecosystem, origin, version }) => origin === "registry" && version !== "" && ECOSYSTEMS.includes(ecosystem),
        )
        .map((each) => [`${each.ecosystem} ${plainName(each.ecosystem, each.name)} ${each.version}`, each]),
    );
    const plain = [...locked].flatMap(([key, { ecosystem, name, version }]) =>
      (records.get(`${ecosystem}\n${plainName(ecosystem, name)}`) ?? [])
        .filter((record) => isVulnerable(record, ecosystem, name, version))
        .map(({ id }) => `${key} ${id}`),
    );
    const report = vulnScan.read(Evidence.parse(read("evidence/vuln_scan.json")).report);
    const found = report.sources
      .flatMap(({ packages }) => packages)
      .flatMap(({ ecosystem, name, version, records: ids }) => {
        const key = `${ecosystem} ${plainName(ecosystem, name)} ${version}`;
        return locked.has(key) ? ids.map((id) => `${key} ${id}`) : [];
      });
    const [expected, actual] = [plain, found].map((list) => [...new Set(list)].sort());
    expect(actual).toEqual(expected);
    expect(actual).toHaveLength(pairs);
  });
});
