import { PINS } from "../../../pipeline/cli/pins.ts";
import { makePlan, type Planning } from "../../../pipeline/plan/plan.ts";
import { policyDigest } from "../../../pipeline/policy/read-policy.ts";
import { RECOMMENDED } from "../../../pipeline/policy/recommended.ts";
import type { ImageLock } from "../../../schemas/images.ts";
import type { Step } from "../../../schemas/step.ts";
import { makeTree } from "../../support/tree.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const image = (name: string, digit: string) => ({
  reference: `registry.test/${name}:1@${digest(digit)}`,
  verified: false,
});

/** A lock of images that exist nowhere. */
export const IMAGES: ImageLock = {
  schemaVersion: "supply-gate/images-1",
  images: {
    node: image("node", "1"),
    python: image("python", "2"),
    gitleaks: { ...image("gitleaks", "3"), path: "/usr/bin/gitleaks" },
    "osv-scanner": { ...image("osv-scanner", "4"), path: "/osv-scanner" },
    syft: { ...image("syft", "5"), path: "/syft" },
  },
};

const LOCKFILE = {
  name: "demo",
  lockfileVersion: 3,
  packages: { "": { name: "demo" }, "node_modules/left-pad": { version: "1.3.0", license: "WTFPL" } },
};

/** A small tree with work for each kind, and its plan. */
export function plannedTree(): { root: string; planning: Planning; steps: Step[] } {
  const root = makeTree({
    "package.json": '{ "name": "demo" }',
    "package-lock.json": JSON.stringify(LOCKFILE),
    "src/wide.txt": Buffer.from("\ufeffwords", "utf16le"),
    ".git/HEAD": "ref: refs/heads/main\n",
  });
  const planning = makePlan({
    root,
    mode: "review",
    asOf: "2026-01-01T00:00:00.000Z",
    policy: RECOMMENDED,
    policySha256: policyDigest(RECOMMENDED),
    waivers: null,
    pins: PINS,
    advisories: { snapshotId: "0".repeat(64), newestModified: "2026-01-01T00:00:00Z", ecosystems: { npm: 1 } },
    output: undefined,
  });
  return { root, planning, steps: planning.plan.jobs.flatMap((job) => (job.state === "planned" ? [job.step] : [])) };
}

/** The one step of a tool. */
export function stepOf(steps: readonly Step[], tool: string): Step {
  const step = steps.find((candidate) => candidate.tool === tool);
  if (step === undefined) throw new Error(`no step of ${tool}`);
  return step;
}
