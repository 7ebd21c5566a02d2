import { join, resolve } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import { OsvRecord } from "../../schemas/osv-record.ts";
import { readJson } from "../../schemas/read.ts";
import { DATABASE_FOLDERS } from "../advisories/manifest.ts";
import { readZip } from "../advisories/zip-reader.ts";
import { decide } from "../decide/decide.ts";
import { packageKey } from "../findings/package-key.ts";
import { visible } from "../findings/visible.ts";
import type { NamedPackage } from "../fix/affects.ts";
import { type PlannedFix, planFixes } from "../fix/plan-fixes.ts";
import type { Fix } from "../fix/smallest-fix.ts";
import { readResults } from "./base-results.ts";
import { findSnapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

interface FixOptions {
  readonly results: string;
  readonly dryRun: boolean;
  readonly advisories?: string | undefined;
  readonly json: boolean;
}

const LEFT = 1;

/** Options of `fix`. */
export function fixOptions(y: Argv) {
  return y
    .positional("results", { type: "string", default: "out", describe: "results of a run" })
    .option("dry-run", { type: "boolean", default: false, describe: "print what to change; nothing else exists" })
    .option("advisories", { type: "string", describe: "the snapshot of that run (default: the newest in the cache)" })
    .option("json", { type: "boolean", default: false })
    .example("$0 fix --dry-run", "for each lockfile the smallest bumps by which no vulnerability blocks")
    .epilogue("Exit status: 0 the bumps clear every vulnerability that blocks, 1 something stays, 2 invalid");
}

/**
 * `supply-gate fix --dry-run`: for each blocking vulnerability of an earlier run the smallest version that clears it, held against that run's
 * own snapshot again. No package manager is run, nothing is written.
 * @throws GateError USAGE_INVALID without --dry-run; ADVISORIES_INVALID for another snapshot than the run's
 */
export async function fixCommand(options: FixOptions, world: World): Promise<number> {
  if (!options.dryRun) {
    throw new GateError("USAGE_INVALID", "fix: found no --dry-run, expected it: nothing is changed for you", {
      next: "supply-gate fix --dry-run, then change the versions with your package manager",
    });
  }
  const input = readResults(resolve(world.cwd, options.results), options.results);
  const snapshot = await findSnapshot(options.advisories, world);
  const [found, expected] = [snapshot?.summary.snapshotId, input.plan.advisories?.snapshotId];
  if (snapshot === null || found !== expected) {
    throw new GateError(
      "ADVISORIES_INVALID",
      `fix: found the snapshot ${found ?? "none"}, expected ${expected ?? "none"}`,
      {
        next: "name the snapshot that the run was made with (--advisories)",
      },
    );
  }
  const { findings } = decide(input);
  const held = new Set(Object.keys(snapshot.summary.ecosystems));
  const locked = input.lockfiles.flatMap(({ packages }) => packages.map(({ ecosystem }) => ecosystem));
  const ecosystems = new Set(locked.filter((ecosystem) => held.has(ecosystem)));
  const blocked = new Set(findings.filter(({ effect }) => effect === "block").map(({ purl }) => purl));
  const records = blocked.size === 0 ? new Map() : await recordsByPackage(snapshot.dir, ecosystems);
  const fixes = planFixes(findings, input.lockfiles, (subject) => records.get(keyOf(subject)) ?? []);
  world.stdout(options.json ? `${JSON.stringify(fixes, null, 2)}\n` : textOf(fixes));
  return fixes.some(({ fix }) => "why" in fix) ? LEFT : 0;
}

async function recordsByPackage(dir: string, ecosystems: ReadonlySet<string>): Promise<Map<string, OsvRecord[]>> {
  const records = new Map<string, OsvRecord[]>();
  for (const ecosystem of ecosystems) {
    const path = join(dir, DATABASE_FOLDERS[0], ecosystem, "all.zip");
    for await (const { name, content } of readZip(path)) {
      const record = readJson(OsvRecord, content.toString("utf8"), `${path}#${name}`, "ADVISORIES_INVALID");
      if (record.withdrawn !== undefined) continue;
      const names = new Set((record.affected ?? []).map(({ package: subject }) => subject?.name ?? ""));
      for (const each of names) {
        const key = keyOf({ ecosystem, name: each });
        records.set(key, [...(records.get(key) ?? []), record]);
      }
    }
  }
  return records;
}

function keyOf({ ecosystem, name }: NamedPackage): string {
  return `${ecosystem}\n${packageKey(ecosystem, name)}`;
}

function textOf(fixes: readonly PlannedFix[]): string {
  if (fixes.length === 0) return "no vulnerability blocks: nothing to change\n";
  const mended = fixes.filter(({ fix }) => "to" in fix);
  const lockfiles = [...new Set(mended.flatMap((fix) => fix.lockfiles))].sort();
  const left = fixes.filter(({ fix }) => "why" in fix);
  const lines = [
    ...lockfiles.flatMap((path) => [path, ...mended.filter((fix) => fix.lockfiles.includes(path)).map(bumpLine)]),
    ...(left.length === 0 ? [] : ["what stays red", ...left.map(leftLine)]),
  ];
  return `${lines.map(visible).join("\n")}\n`;
}

function bumpLine({ name, version, advisories, fix }: PlannedFix): string {
  const { to, sameMajor, leaves } = fix as Extract<Fix, { to: string }>;
  const major = sameMajor ? "" : ", another major version";
  const left = leaves.length === 0 ? "" : `, leaves ${leaves.join(", ")}`;
  return `  ${name} ${version} → ${to} (clears ${advisories.join(", ")}${left}${major})`;
}

const WHY: Readonly<Record<Extract<Fix, { why: string }>["why"], string>> = {
  malware: "it is malware: remove it",
  "no-fixed-version": "no version is known to be free of it: replace it, or answer for it in a waiver",
  "order-not-known": "the order of its versions is not known here: see the advisory",
};

function leftLine({ name, version, advisories, fix }: PlannedFix): string {
  return `  ${name} ${version} (${advisories.join(", ")}): ${WHY[(fix as Extract<Fix, { why: string }>).why]}`;
}
