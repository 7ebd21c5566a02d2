import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { NewEvent } from "../../schemas/protocol/flight-event.ts";
import { BUNDLE_INDEX } from "../protocol/artifacts/bundle-index.ts";
import { type ArtifactStore, openStore } from "../protocol/artifacts/store.ts";
import { storing } from "../protocol/artifacts/storing.ts";
import { isStore, RECORDER } from "../protocol/artifacts/verify.ts";
import { liveIds } from "../protocol/recorder/live-id.ts";
import { openRecorder } from "../protocol/recorder/recorder.ts";
import { reopenRecorder } from "../protocol/recorder/reopen.ts";
import { VERSION } from "./version.ts";
import type { World } from "./world.ts";

/** Where artifacts lie: a store of its own, or the results of one run, which nobody changes afterwards. */
export interface ArtifactsPlace {
  readonly kind: "store" | "results";
  readonly folder: string;
  readonly store: ArtifactStore;
}

/** @throws GateError USAGE_INVALID for a folder that is neither */
export function openPlace(given: string, world: World): ArtifactsPlace {
  const folder = resolve(world.cwd, given);
  if (isStore(folder)) return { kind: "store", folder, store: openStore(folder, { fsync: "each" }) };
  const inside = join(folder, "artifacts");
  if (isStore(inside) || existsSync(join(folder, BUNDLE_INDEX)))
    return { kind: "results", folder, store: openStore(inside, { fsync: "each" }) };
  throw new GateError("USAGE_INVALID", `${given}: has no artifacts`, {
    next: "name the results folder of a run, or the folder that run was given with --store",
  });
}

/**
 * Does something with artifacts that the recorder beside them is told of (D-09, D-15); a store's own begins with the first that is told.
 * The recorder is opened first: what can't be told is not done.
 * @throws GateError as the recorder, and as the work
 */
export function recording<T>({ folder }: ArtifactsPlace, world: World, work: (tell: Tell) => T): T {
  const path = join(folder, RECORDER);
  const newId = liveIds(world.now, randomBytes);
  if (!existsSync(path)) {
    storing(path, () => mkdirSync(join(folder, "run"), { recursive: true }));
    const ids = { traceId: newId(), sessionId: newId() };
    const begun = openRecorder({ path, now: world.now, newId, ...ids, gateVersion: VERSION, command: "artifacts" });
    begun.close({ jobs: [], diagnostics: [], artifacts: [] }, { outcome: "DONE", exitCode: 0 });
  }
  const recorder = reopenRecorder({ path, now: world.now, newId });
  try {
    return work((event) => void recorder.record(event));
  } finally {
    recorder.close();
  }
}

export type Tell = (event: NewEvent) => void;
