import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makePlan, type Planning } from "../../pipeline/plan/plan.ts";
import { KindId } from "../../schemas/common.ts";
import type { Job } from "../../schemas/plan.ts";
import { makeSnapshot } from "./made-snapshot.ts";
import { requestOf } from "./plan-request.ts";
import { makeTree } from "./tree.ts";

/** A file of a case's tree: its text, its text in UTF-16, or the place below `fixtures/` of a file with the same content. */
type CaseFile = string | { readonly "utf-16le": string } | { readonly like: string };

export interface PlannedCase extends Planning {
  readonly root: string;
  readonly job: Extract<Job, { state: "planned" }>;
  /** Folder of the case's advisory snapshot. */
  readonly advisories?: string | undefined;
}

/**
 * Lays out the tree of `fixtures/kinds/<kind>/<case>` (its `tree.json`) and plans that kind alone.
 * Every `{token}` becomes a made-up access token and every `{hash}` one of go.sum's, so that no file of the repository holds what looks like a secret.
 */
export function planCase(folder: string): PlannedCase {
  const tree = read<Record<string, CaseFile>>(folder, "tree.json");
  const root = makeTree(
    Object.fromEntries(Object.entries(tree).map(([path, file]) => [path, contentOf(folder, file)])),
  );
  const only = KindId.parse(basename(dirname(folder)));
  const snapshot = snapshotOf(folder);
  const advisories = snapshot?.summary ?? null;
  const planning = makePlan(requestOf(root, { mode: "release", advisories, only }));
  const job = planning.plan.jobs.find(({ kind }) => kind === only);
  if (job?.state !== "planned") throw new Error(`${folder}: ${only} is ${job?.state}`);
  return { ...planning, root, job, advisories: snapshot?.dir };
}

/** The made-up token of a case; it looks like a GitHub one to gitleaks. */
export function tokenOf(folder: string): string {
  return ["ghp", createHash("sha256").update(basename(folder)).digest("hex").slice(0, 36)].join("_");
}

function contentOf(folder: string, file: CaseFile): string | Buffer {
  const filled = (text: string) => text.replaceAll("{token}", tokenOf(folder)).replaceAll("{hash}", HASH);
  if (typeof file === "string") return filled(file);
  if ("like" in file) return readFileSync(join(folder, "../../..", file.like), "utf8");
  return Buffer.from(`\ufeff${filled(file["utf-16le"])}`, "utf16le");
}

const HASH = createHash("sha256").update("made up").digest("base64");

/** The case's made-up advisories (`advisories.json`: records by ecosystem). */
function snapshotOf(folder: string) {
  if (!existsSync(join(folder, "advisories.json"))) return null;
  return makeSnapshot(read<Record<string, unknown[]>>(folder, "advisories.json"));
}

function read<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
}
