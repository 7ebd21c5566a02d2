import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import type { Plan } from "../../schemas/plan.ts";
import { readJson } from "../../schemas/read.ts";
import { Register } from "../../schemas/register.ts";
import { PinnedTools } from "../../schemas/tools.ts";
import { Verdict } from "../../schemas/verdict.ts";
import { recordsIn } from "../advisories/held-records.ts";
import { collectEvidence, type StepFiles } from "../decide/collect.ts";
import type { DecisionInput } from "../decide/decide.ts";
import { namedExploits } from "../exploits/named-exploits.ts";
import { digestOf } from "../findings/digest.ts";
import { refuseLeaks } from "../leaks/find-leaks.ts";
import { scrubberOf } from "../leaks/scrub.ts";
import { rekeyed } from "../plan/rekey.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { conclude } from "../report/conclusion.ts";
import { documents } from "../report/documents.ts";
import { type PlannedJob, registerEvidence } from "./evidence.ts";
import { foundSecrets } from "./found-secrets.ts";
import { namingTexts } from "./naming-texts.ts";
import { PINS, TOOLS } from "./pins.ts";
import { concludeWithout, valuesOf } from "./scrubbed-input.ts";
import { findSnapshot } from "./snapshot.ts";
import { readEvidence, readPlanned, textOf } from "./stored.ts";
import { verdictText } from "./verdict-text.ts";
import type { World } from "./world.ts";

interface DecideOptions {
  readonly results: string;
  readonly json: boolean;
  readonly steps?: string | undefined;
  readonly to?: string | undefined;
  /** The tree that the steps looked at. */
  readonly source?: string | undefined;
  /** The advisory snapshot that the plan was made with. */
  readonly advisories?: string | undefined;
}

/**
 * `supply-gate decide`: repeats a decision from stored evidence and compares every document with the stored one.
 * With `--steps`, `--source` and `--to` (engines) it makes the first decision, from what the steps left.
 */
export async function decideCommand(options: DecideOptions, world: World): Promise<number> {
  const folder = resolve(world.cwd, options.results);
  if (options.steps !== undefined && options.to !== undefined) {
    if (options.source === undefined) {
      throw new GateError("USAGE_INVALID", "--steps: found no --source, without which found secrets can't be told");
    }
    const [steps, source, to] = [options.steps, options.source, options.to].map((path) => resolve(world.cwd, path));
    const folders = { steps: steps as string, source: source as string, to: to as string };
    return await decideFirst(folder, folders, options.advisories, world);
  }
  const stored = readJson(Verdict, textOf(folder, "verdict.json"), "verdict.json");
  const input: DecisionInput = {
    ...readPlanned(folder),
    evidence: readEvidence(folder),
    tools: readJson(PinnedTools, textOf(folder, "evidence/tools.json"), "evidence/tools.json"),
    isolation: stored.isolation,
  };
  const conclusion = conclude(input);
  const { decision } = conclusion;
  const differing = [...documents(conclusion)]
    .filter(([path, text]) => textOf(folder, path) !== text)
    .map(([path]) => path);
  if (differing.length > 0) {
    throw new GateError(
      "DOCUMENT_INVALID",
      `${options.results}: found other content in ${differing.join(", ")} than its own evidence gives`,
      {
        next: "do not trust these results: run the gate again",
      },
    );
  }
  if (options.json) world.stdout(`${JSON.stringify(decision.verdict, null, 2)}\n`);
  else
    world.stdout(
      `${verdictText(decision, options.results, world.colors)}  repeated from evidence: every document is the same, byte for byte\n`,
    );
  return decision.verdict.exitCode;
}

interface FirstFolders {
  readonly steps: string;
  readonly source: string;
  readonly to: string;
}

/** Nobody else holds a plan against what it was made of: between planning and deciding an engine carries it. */
function refuseEdited({ plan, inventory, lockfiles, policy, waivers }: ReturnType<typeof readPlanned>): void {
  const made = rekeyed(plan, { inventory, waivers, policySha256: policyDigest(policy), pins: PINS });
  const packages = lockfiles.reduce((sum, lockfile) => sum + lockfile.packages.length, 0);
  const counts = { files: inventory.files.length, lockfiles: lockfiles.length, packages };
  const whole = { ...made, pins: { sha256: digestOf(PINS) }, inventory: { ...made.inventory, ...counts } };
  if (digestOf(whole) === digestOf(plan)) return;
  throw new GateError(
    "DOCUMENT_INVALID",
    "plan.json: found digests of other steps or of another policy or tree than lies beside it",
    {
      next: "plan again: somebody changed it since",
    },
  );
}

/** The policy is what the plan was made with: the lists that it names have to be those that are counted. */
function refuseOtherLists({ policy, known }: ReturnType<typeof readPlanned>): void {
  for (const list of ["kev", "epss"] as const) {
    const [found, expected] = [known.exploits?.[list]?.sha256, policy.intelligence[list]?.sha256];
    if (found === expected) continue;
    throw new GateError(
      "DOCUMENT_INVALID",
      `evidence/known.json: found the list ${list} with the digest ${found ?? "none"}, expected ${expected ?? "none"}`,
      { next: "plan again: somebody changed it since" },
    );
  }
}

/** Reads the advisories that the plan names: a step was given those, and its report is held against no others. */
async function advisoriesOf(
  { advisories }: Plan,
  jobs: readonly PlannedJob[],
  named: string | undefined,
  world: World,
): Promise<StepFiles["advisory"]> {
  if (!jobs.some(({ step }) => step.staging.advisories)) return undefined;
  const snapshot = await findSnapshot(named, world);
  const [found, expected] = [snapshot?.summary.snapshotId ?? "none", advisories?.snapshotId ?? "none"];
  if (snapshot !== null && found === expected) return recordsIn(snapshot.dir);
  throw new GateError("ADVISORIES_INVALID", `plan.json: found the advisory snapshot ${found}, expected ${expected}`, {
    next: "name the snapshot that the plan was made with (--advisories)",
  });
}

async function decideFirst(
  planned: string,
  { steps, source, to }: FirstFolders,
  advisories: string | undefined,
  world: World,
): Promise<number> {
  const stored = readPlanned(planned);
  refuseEdited(stored);
  refuseOtherLists(stored);
  const register = readJson(Register.nullable(), textOf(planned, "evidence/register.json"), "evidence/register.json");
  const evidence = new Map<KindId, Evidence>();
  const outDirs = new Map<string, string>();
  const jobs = stored.plan.jobs.filter((job): job is PlannedJob => job.state === "planned");
  const advisory = await advisoriesOf(stored.plan, jobs, advisories, world);
  for (const job of jobs) {
    const logDir = join(steps, job.step.id);
    outDirs.set(job.step.id, join(logDir, "out"));
    const files = { logDir, outDir: join(logDir, "out"), scanRoot: "/scan", advisory };
    evidence.set(job.kind, collectEvidence(job, files, PINS));
  }
  const audit = registerEvidence(stored.plan, register);
  if (audit !== null) evidence.set(audit.kind, audit);
  const egress = readFileSync(join(steps, "egress"), "utf8") === "blocked" ? "blocked (proved)" : "not proved";
  const exploits = namedExploits(stored.known.exploits, namingTexts({ ...stored, evidence }, null));
  const found: DecisionInput = {
    ...stored,
    known: { ...stored.known, exploits },
    evidence,
    tools: TOOLS,
    isolation: { kind: "dagger", egress },
  };
  const secrets = foundSecrets({ root: source, inventory: stored.inventory, planned: jobs, evidence, outDirs });
  const files = documents(concludeWithout(found, scrubberOf(secrets, valuesOf(found))));
  refuseLeaks(secrets, files);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    writeFileSync(join(to, path), text);
  }
  return 0;
}
