import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ToolPins } from "../../schemas/pins.ts";
import type { Step } from "../../schemas/step.ts";
import { stage } from "../execute/host/staging.ts";
import { makePlan } from "../plan/plan.ts";
import { refuseChanges } from "../plan/unchanged.ts";
import { policyDigest } from "../policy/read-policy.ts";
import { RECOMMENDED } from "../policy/recommended.ts";
import type { Case, Outcome } from "./case.ts";
import { inFolder } from "./folder.ts";
import { failed } from "./replay.ts";

/** A tree that changes between its plan and its scan: what is staged must be what was planned, and what is bound must be as it was. */
export function stageCases(pins: ToolPins): Case[] {
  return [
    ...PATHS.flatMap((path) =>
      FILE_CHANGES.map(({ name, change }) => ({ name: `${path} ${name}`, change: at(path, change) })),
    ),
    ...FOLDER_CHANGES,
  ].map(({ name, change }) => ({
    kind: "gate",
    group: "stage changed",
    name,
    run: "a tree that changes",
    attack: () =>
      inFolder(new Map(Object.entries(TREE).map(([path, text]) => [`tree/${path}`, text])), (folder) =>
        stagedAfter(realpathSync(join(folder, "tree")), join(folder, "stage"), pins, change),
      ),
  }));
}

const TREE = {
  "app/package-lock.json": '{"lockfileVersion": 3, "packages": {"node_modules/demo": {"version": "1.0.0"}}}\n',
  "app/notes.zip.md": "read by gitleaks under another name only\n",
  "src/main.ts": "export {};\n",
};
const PATHS = Object.keys(TREE);

function stagedAfter(root: string, to: string, pins: ToolPins, change: (root: string) => void): Outcome {
  const request = { root, mode: "release", asOf: "2026-01-01T00:00:00.000Z", policy: RECOMMENDED } as const;
  const keys = { policySha256: policyDigest(RECOMMENDED), waivers: null, pins, advisories: ADVISORIES };
  const { plan, inventory } = makePlan({ ...request, ...keys, output: undefined });
  change(root);
  try {
    for (const job of plan.jobs) {
      if (job.state === "planned")
        stage(withoutExtracts(job.step), { source: root, advisories: root }, join(to, job.kind), "full");
    }
    refuseChanges(root, inventory, { policy: [], output: undefined });
    return { status: 0, noticed: "staged", lost: [], same: false };
  } catch (error) {
    return failed(error);
  }
}

/** There is no tool here to take them out of. */
function withoutExtracts(step: Step): Step {
  return { ...step, staging: { ...step.staging, extracts: {} } };
}

const ADVISORIES = {
  snapshotId: "1".repeat(64),
  newestModified: "2026-01-01T00:00:00.000Z",
  ecosystems: { npm: 1 },
};

type Change = (path: string) => void;

const at =
  (path: string, change: Change) =>
  (root: string): void =>
    change(join(root, path));

const FILE_CHANGES: readonly { name: string; change: Change }[] = [
  { name: "missing", change: (path) => rmSync(path) },
  { name: "empty", change: (path) => truncateSync(path, 0) },
  { name: "with a byte more", change: (path) => appendFileSync(path, "x") },
  { name: "with other bytes of the same length", change: (path) => writeFileSync(path, "x".repeat(50)) },
  {
    name: "a link",
    change: (path) => {
      renameSync(path, `${path}.old`);
      symlinkSync(`${path}.old`, path);
    },
  },
  {
    name: "a folder",
    change: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  },
  {
    name: "a named pipe",
    change: (path) => {
      rmSync(path);
      execFileSync("mkfifo", [path]);
    },
  },
];

const FOLDER_CHANGES: readonly { name: string; change: (root: string) => void }[] = [
  {
    name: "app a link to the same folder elsewhere",
    change: (root) => {
      renameSync(join(root, "app"), join(root, "..", "elsewhere"));
      symlinkSync(join(root, "..", "elsewhere"), join(root, "app"));
    },
  },
  { name: "app missing", change: (root) => rmSync(join(root, "app"), { recursive: true }) },
  { name: "a file more", change: (root) => writeFileSync(join(root, "src", "more.ts"), "x\n") },
];
