import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { CANARY_MATCHERS, LicenseReport } from "../kinds/license_scan/reader.ts";
import { withDetections } from "../licenses/detections.ts";
import type { GotArchive } from "../licenses/fetch-facts.ts";
import { makePlan } from "../plan/plan.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { openEngine } from "./engine.ts";
import { evidenceOf, type PlannedJob } from "./evidence.ts";
import { readInputs } from "./inputs.ts";
import { PINS } from "./pins.ts";
import type { Screen } from "./screen.ts";
import type { World } from "./world.ts";

export interface Scanned {
  /** In the order of the archives; with `scanner` null where its files were not all read. */
  readonly facts: readonly LicenseFact[];
  /** Why no scanner looked; null when one did, or there was nothing to look at. */
  readonly notScanned: string | null;
}

/**
 * Has the licence files of archives read by the pinned scanner, each text once, all in one call, as a run would: with its canaries, limits and sandbox.
 * Texts lie under names of ours in a private folder that is removed.
 */
export async function scanArchives(got: readonly GotArchive[], world: World, screen: Screen): Promise<Scanned> {
  const texts = new Map(got.flatMap(({ files }) => files.map(({ sha256, content }) => [sha256, content] as const)));
  if (texts.size === 0) return { facts: withDetections(got, new Map(), scannerOf()), notScanned: null };
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "supply-gate-licenses-")));
  try {
    const root = join(folder, "texts");
    mkdirSync(root, { mode: 0o700 });
    for (const [sha256, content] of texts) writeFileSync(join(root, sha256), content, { flag: "wx", mode: 0o600 });
    screen.note(`licence files: ${texts.size} texts for scancode`);
    const answer = await detect(root, join(folder, "run"), world, screen);
    if (typeof answer === "string") return { facts: withDetections(got, new Map(), null), notScanned: answer };
    return { facts: withDetections(got, answer, scannerOf()), notScanned: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function scannerOf(): NonNullable<LicenseFact["scanner"]> {
  return { name: "scancode", version: PINS.tools["scancode"]?.version ?? "" };
}

/** What the scanner sees in each text that it read, by the text's name; or why nothing can be said. */
async function detect(
  root: string,
  runDir: string,
  world: World,
  screen: Screen,
): Promise<ReadonlyMap<string, string | null> | string> {
  mkdirSync(runDir, { mode: 0o700 });
  const inputs = readInputs({ path: root, mode: "review" }, world);
  const only = "license_scan" as const;
  const planning = makePlan({
    ...inputs,
    policySha256: policyDigest(inputs.policy),
    pins: PINS,
    advisories: null,
    only,
  });
  const planned = planning.plan.jobs.filter((job): job is PlannedJob => job.state === "planned");
  const [job] = planned;
  if (job === undefined) return "no scan could be planned";
  const request = { engine: "host", sandbox: "auto", root, planned, planning, advisories: undefined, runDir } as const;
  const { engine, missing } = await openEngine(request, world, screen);
  try {
    const error = missing.get(job.step.tool);
    if (error !== undefined) return error.message;
    const events = { started: screen.started, ended: (id: string) => screen.ended(id, "ended") };
    const outcome = (await engine.execute([job.step], world.signal, events)).get(job.step.id);
    const { problems, report } = evidenceOf(job, outcome, undefined);
    if (report === null || problems[0] !== undefined) return problems[0]?.message ?? "no report";
    return detectionsOf(LicenseReport.parse(report));
  } finally {
    await engine.close();
  }
}

/** Texts with an error, or that were not read at all, have no entry. */
function detectionsOf({ canaries, seen, files, errors }: LicenseReport): ReadonlyMap<string, string | null> | string {
  if (CANARY_MATCHERS.some((matcher) => !canaries.includes(matcher))) return "the scanner did not find its canaries";
  const detected = new Map<string, string | null>(seen.map((path) => [path, null]));
  for (const { path, licenseExpression } of files) detected.set(path, licenseExpression);
  for (const { path, message } of errors) {
    if (path === "") return message;
    detected.delete(path);
  }
  return detected;
}
