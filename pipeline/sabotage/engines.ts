import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "../../schemas/read.ts";
import { Verdict } from "../../schemas/verdict.ts";
import type { Loose } from "../kinds/attack.ts";
import { conclude } from "../report/conclusion.ts";
import { documents } from "../report/documents.ts";
import type { Case, Outcome } from "./case.ts";
import type { Doors } from "./doors.ts";
import { inFolder } from "./folder.ts";
import { failed, type Replay } from "./replay.ts";

/** A plan changed between planning and deciding, where an engine carries it from the one to the other. */
export function engineCases(replay: Replay, doors: Doors): Case[] {
  const files = documents(conclude(replay.input));
  const planned = new Map([...files].filter(([path]) => path === "plan.json" || path.startsWith("evidence/")));
  planned.set("evidence/register.json", JSON.stringify(replay.recording.register));
  const steps = new Map<string, string>([["egress", "blocked"]]);
  for (const { job, scanRoot, left } of replay.recording.steps) {
    for (const [name, text] of Object.entries(left)) steps.set(`${job.step.id}/${name}`, placed(text, scanRoot));
  }
  return EDITS.flatMap(({ name, path, edit, unnoticed }): Case[] => {
    const value = JSON.parse(planned.get(path) ?? "null") as Loose;
    const before = JSON.stringify(value);
    edit(value);
    if (JSON.stringify(value) === before) return [];
    const changed = new Map(planned).set(path, JSON.stringify(value));
    const attack = () => decidedOver(changed, steps, replay, doors);
    return [{ kind: "gate", group: "plan edited", name, run: replay.recording.name, unnoticed, attack }];
  });
}

/** An engine runs every step in a sandbox, whose root is always the same. */
function placed(text: string, scanRoot: string): string {
  return text.replaceAll(`"${scanRoot}/`, '"/scan/');
}

async function decidedOver(
  planned: ReadonlyMap<string, string>,
  steps: ReadonlyMap<string, string>,
  { recording, untouched }: Replay,
  doors: Doors,
): Promise<Outcome> {
  const under = (folder: string, files: ReadonlyMap<string, string>) =>
    [...files].map(([path, text]) => [`${folder}/${path}`, text] as const);
  return inFolder(new Map([...under("planned", planned), ...under("steps", steps)]), async (folder) => {
    try {
      const places = { planned: join(folder, "planned"), steps: join(folder, "steps"), to: join(folder, "out") };
      await doors.decideSteps({ ...places, source: recording.root, advisories: recording.advisories });
      const verdict = readJson(Verdict, readFileSync(join(folder, "out", "verdict.json"), "utf8"), "verdict.json");
      const codes = [...new Set(verdict.incomplete.map(({ code }) => code))].sort().join(", ");
      return {
        status: verdict.exitCode,
        noticed: codes || verdict.verdict,
        lost: fewer(untouched.verdict, verdict),
        same: false,
      };
    } catch (error) {
      return failed(error);
    }
  });
}

/** Jobs that are not incomplete and count less than before. */
function fewer(before: Verdict, after: Verdict): string[] {
  return before.jobs.flatMap(({ kind, findings }) => {
    const now = after.jobs.find((job) => job.kind === kind);
    if (now?.state === "incomplete") return [];
    const blocks = now?.findings.block ?? 0;
    const all = blocks + (now?.findings.report ?? 0);
    return blocks < findings.block || all < findings.block + findings.report ? [`${kind} counts less`] : [];
  });
}

interface Edit {
  readonly name: string;
  readonly path: string;
  readonly edit: (value: Loose) => void;
  readonly unnoticed?: string;
}

const REPLANNED =
  "an engine that changes the plan which it carries, with all its digests, changes what is asked for; verdict.json says what was decided on, and its planSha256 is not the plan's any more";

const everyStep = (name: string, edit: (step: Loose) => void): Edit => ({
  name: `every step: ${name}`,
  path: "plan.json",
  edit: ({ jobs }) => {
    for (const { step } of jobs ?? []) if (step !== undefined) edit(step);
  },
});
const plan = (name: string, edit: (plan: Loose) => void, unnoticed?: string): Edit => ({
  name: `plan.json: ${name}`,
  path: "plan.json",
  edit,
  ...(unnoticed === undefined ? {} : { unnoticed }),
});
const set = (more: Readonly<Record<string, unknown>>) => (value: Loose) => void Object.assign(value, more);
const notRequired = { state: "not-required", reason: "not asked for" };

const EDITS: readonly Edit[] = [
  everyStep("an exit status more that is clean", ({ exits }) => void Object.assign(exits ?? {}, { "9": "clean" })),
  everyStep("no error lines", set({ errorLines: [] })),
  everyStep("no outputs", set({ outputs: [] })),
  everyStep("another tool", set({ tool: "true" })),
  everyStep("another command", set({ argv: ["/bin/true"] })),
  everyStep("a flag less", ({ argv }) => void argv?.splice(-2, 1)),
  everyStep("another version asked for", set({ version: { argv: ["/bin/true"], pattern: "(.*)" } })),
  everyStep("no files of ours", ({ staging }) => void Object.assign(staging ?? {}, { files: {} })),
  everyStep("no copies", ({ staging }) => void Object.assign(staging ?? {}, { copies: [] })),
  everyStep(
    "everything hidden",
    ({ staging }) => void Object.assign(staging ?? {}, { tree: { hide: [{ path: "src" }] } }),
  ),
  everyStep("no limits to speak of", ({ limits }) => void Object.assign(limits ?? {}, { wallMs: 1 })),
  everyStep("not sensitive", (step) => void Object.assign(step, { sensitive: String(step["sensitive"]) !== "true" })),
  plan("no jobs", set({ jobs: [] })),
  plan("a job less", ({ jobs }) => void jobs?.splice(0, 1)),
  plan("a job twice", ({ jobs }) => void jobs?.push(jobs[0] as Loose)),
  plan("another step key", ({ jobs }) => {
    for (const job of jobs ?? []) if (job["stepKey"] !== undefined) Object.assign(job, { stepKey: "0".repeat(64) });
  }),
  plan("other names", ({ jobs }) => {
    for (const job of jobs ?? []) if (job["names"] !== undefined) Object.assign(job, { names: { "staged/x": "x" } });
  }),
  plan("another policy", ({ policy }) => void Object.assign(policy ?? {}, { sha256: "0".repeat(64) })),
  plan("waivers that are not there", set({ waivers: { sha256: "0".repeat(64), count: 1 } })),
  plan("other pins", set({ pins: { sha256: "0".repeat(64) } })),
  plan("another inventory", ({ inventory }) => void Object.assign(inventory ?? {}, { sha256: "0".repeat(64) })),
  plan("no advisories", set({ advisories: null }), REPLANNED),
  plan(
    "other advisories",
    ({ advisories }) => void Object.assign(advisories ?? {}, { snapshotId: "0".repeat(64) }),
    REPLANNED,
  ),
  plan("a field more", set({ verdict: "PASSED" })),
  plan(
    "every job not required",
    ({ jobs }) => {
      for (const [index, { kind }] of (jobs ?? []).entries())
        jobs?.splice(index, 1, { kind, ...notRequired } as unknown as Loose);
    },
    REPLANNED,
  ),
  plan("another mode", set({ mode: "review" }), REPLANNED),
  plan("another date", set({ asOf: "1971-01-01T00:00:00.000Z" }), REPLANNED),
  {
    name: "policy that blocks nothing",
    path: "evidence/policy.json",
    edit: set({ block: { review: [], release: [] } }),
  },
  {
    name: "policy that asks for no gaps",
    path: "evidence/policy.json",
    edit: set({ gaps: { review: { default: "report", codes: {} }, release: { default: "report", codes: {} } } }),
  },
  { name: "inventory without files", path: "evidence/inventory.json", edit: set({ files: [] }) },
  { name: "inventory without its last file", path: "evidence/inventory.json", edit: ({ files }) => void files?.pop() },
  { name: "no lockfiles", path: "evidence/lockfiles.json", edit: set({ lockfiles: [] }) },
  {
    name: "lockfiles without packages",
    path: "evidence/lockfiles.json",
    edit: ({ lockfiles }) => {
      for (const lockfile of lockfiles ?? []) Object.assign(lockfile, { packages: [] });
    },
  },
];
