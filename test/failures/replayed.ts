import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan, type Planning, type PlanRequest } from "../../pipeline/plan/plan.ts";
import type { KindId } from "../../schemas/common.ts";
import type { Job } from "../../schemas/plan.ts";
import type { ExitRecord, Step } from "../../schemas/step.ts";
import { requestOf } from "../support/plan-request.ts";
import type { PlannedCase } from "../support/recorded-case.ts";
import { type Recording, type Replayed, recordedCase, replay } from "../support/replay.ts";
import { ROOT } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;
type PlannedJob = Extract<Job, { state: "planned" }>;

/** A recorded run, decided on after it was changed. */
export function decidedAfter(
  kind: KindId,
  name: string,
  change: (recording: Recording) => Partial<Recording> = () => ({}),
): Replayed {
  const { planned, recording } = loaded(kind, name);
  return replay(planned, { ...recording, ...change(recording) });
}

const LOADED = new Map<string, Case>();

/** Planning a case takes longer than deciding on it. */
function loaded(kind: KindId, name: string): Case {
  const key = `${kind}/${name}`;
  const found = LOADED.get(key) ?? recordedCase(kind, name);
  LOADED.set(key, found);
  return found;
}

/** Changes how a recorded run ended. */
export const ended =
  (more: Partial<ExitRecord>) =>
  ({ exit }: Recording): Partial<Recording> => ({ exit: { ...exit, ...more } });

/** Changes the text of every report of a recorded run. */
export const written =
  (change: (text: string) => string) =>
  ({ outputs }: Recording): Partial<Recording> => ({
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, text]) => [name, change(text)])),
  });

/** The codes of a decided job's problems. */
export const codesOf = ({ job }: Replayed): string[] => job.problems.map(({ code }) => code);

/** A plan over a tree that is made up, with made-up advisories for npm. */
export function planOf(files: Files, more: Partial<PlanRequest> = {}): Planning & { readonly root: string } {
  const root = makeTree(files);
  return { root, ...makePlan(requestOf(root, { advisories: ADVISORIES, ...more })) };
}

const ADVISORIES = {
  snapshotId: "1".repeat(64),
  newestModified: "2026-01-01T00:00:00.000Z",
  ecosystems: { npm: 1, PyPI: 1, Go: 1, "crates.io": 1 },
};

/** Every planned job of a tree with a file, a lockfile and installed dependencies. */
export function plannedJobs(more: Files = {}): PlannedJob[] {
  const files = { "src/a.ts": "x\n", "package-lock.json": LOCKFILE, "node_modules/demo/index.js": "x\n", ...more };
  return planOf(files).plan.jobs.filter((job): job is PlannedJob => job.state === "planned");
}

const LOCKFILE = JSON.stringify({ lockfileVersion: 3, packages: { "node_modules/demo": { version: "1.0.0" } } });

/** The step of one kind over such a tree. */
export function stepOf(kind: KindId, more: Files = {}): Step {
  const job = plannedJobs(more).find((each) => each.kind === kind);
  if (job === undefined) throw new Error(`${kind} is not planned`);
  return job.step;
}

/** Decides on syft's recorded report over a recorded tree (`fixtures/kinds/sbom_generate/<name>`) after it was changed. */
export function sbomAfter(name: string, change: (text: string) => string = (text) => text, more: Files = {}): Replayed {
  const { planned, recording } = sbomCase(name, more);
  return replay(planned, { ...recording, ...written(change)(recording) });
}

/** Decides on scancode's recorded report over the files that it names after it was changed. */
export function licenseAfter(name: string, change: (text: string) => string = (text) => text): Replayed {
  const { planned, recording } = licenseCase(name);
  const { "scancode.json": report = "", ...others } = recording.outputs;
  return replay(planned, { ...recording, outputs: { ...others, "scancode.json": change(report) } });
}

interface Case {
  readonly planned: PlannedCase;
  readonly recording: Recording;
}

/** A recorded report of syft as the run that left it. */
export function sbomCase(name: string, more: Files = {}): Case {
  const folder = join(FIXTURES, "sbom_generate", name);
  const tree = join(folder, "tree");
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => {
    const place = join(entry.parentPath, entry.name);
    return [place.slice(tree.length + 1).replace(/\.fixture$/, ""), readFileSync(place)] as const;
  });
  const outputs = { "syft.json": readFileSync(join(folder, "syft.json"), "utf8") };
  return caseOf(
    "sbom_generate",
    { ...Object.fromEntries(files), ...more },
    { toolVersion: "1.52.0", status: 0 },
    outputs,
  );
}

/** A recorded report of scancode as the run that left it, over files of the names that it has. */
export function licenseCase(name: string): Case {
  const text = (file: string) => readFileSync(join(FIXTURES, "license_scan", name, file), "utf8");
  const { files } = JSON.parse(text("scancode.json")) as { files: { path: string; type: string }[] };
  const tree = files.filter(({ type }) => type === "file").map(({ path }) => [path, "x\n"] as const);
  const ended = { toolVersion: "32.5.0", status: Number(text("status.txt")) };
  const outputs = { "scancode.json": text("scancode.json"), "canary.json": text("canary.json") };
  return caseOf("license_scan", Object.fromEntries(tree), ended, outputs);
}

const FIXTURES = join(ROOT, "fixtures/kinds");

function caseOf(kind: KindId, files: Files, exit: Partial<ExitRecord>, outputs: Record<string, string>): Case {
  const planning = planOf(files, { only: kind, mode: "release" });
  const job = planning.plan.jobs.find((each) => each.kind === kind);
  if (job?.state !== "planned") throw new Error(`${kind} is ${job?.state}`);
  return { planned: { ...planning, job }, recording: { exit: { ...EXIT, ...exit }, stderr: "", outputs } };
}

const EXIT: ExitRecord = {
  status: 0,
  signal: null,
  spawnError: null,
  timedOut: false,
  killedBy: null,
  started: "2026-01-01T00:00:00.000Z",
  ended: "2026-01-01T00:00:00.000Z",
  wallMs: 0,
  cpuMs: 0,
  maxRssBytes: 0,
  stdoutBytesCut: 0,
  stderrBytesCut: 0,
  toolVersion: null,
  probe: null,
};
