import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import type { Artifact } from "../../schemas/protocol/artifact.ts";
import { visible } from "../findings/visible.ts";
import { agedIn, carryOut, planCollection, RETENTION } from "../protocol/artifacts/collect-garbage.ts";
import { checkRecorder, RECORDER, verifyResults, verifyStore } from "../protocol/artifacts/verify.ts";
import { exportArtifacts, materializeArtifact } from "./artifacts-out.ts";
import { type ArtifactsPlace, openPlace, recording } from "./artifacts-place.ts";
import { artifactsTable } from "./artifacts-table.ts";
import type { World } from "./world.ts";

export interface ArtifactsOptions {
  readonly action: "list" | "verify" | "materialize" | "export" | "pin" | "unpin" | "gc";
  readonly place: string;
  readonly id?: string | undefined;
  readonly to?: string | undefined;
  readonly apply: boolean;
}

const TAMPERED = 3;

export function artifactsOptions(y: Argv) {
  return y
    .positional("action", {
      type: "string",
      choices: ["list", "verify", "materialize", "export", "pin", "unpin", "gc"] as const,
      demandOption: true,
    })
    .positional("place", { type: "string", demandOption: true, describe: "results of a run, or a store" })
    .positional("id", { type: "string", describe: "of one artifact; its first characters are enough" })
    .option("to", { type: "string", describe: "materialize, export: the new file" })
    .option("apply", { type: "boolean", default: false, describe: "gc: really; else nothing goes" })
    .option("dry-run", { type: "boolean", describe: "gc: only say what would go (the default)" })
    .conflicts("apply", "dry-run")
    .example("$0 artifacts list out", "what a run has left")
    .example("$0 artifacts verify out", "every file against the index, the artifacts and the recorder")
    .example("$0 artifacts materialize out 1a2b --to report.json", "a copy of one payload; nothing is overwritten")
    .example("$0 artifacts export out --to bundle.zip", "everything that may leave, the same bytes every time")
    .example("$0 artifacts gc store --apply", "let go what is older than its time, but for what is pinned")
    .epilogue("Exit status: 0 as it was written, 2 invalid or refused, 3 something was changed since");
}

/**
 * `supply-gate artifacts`: what is stored, whether it is as it was written, and the only ways out (protocol D).
 * @throws GateError of exit status 2 for what is asked and can't be; what is refused is recorded
 */
export function artifactsCommand(options: ArtifactsOptions, world: World): number {
  const place = openPlace(options.place, world);
  switch (options.action) {
    case "list":
      world.stdout(artifactsTable(place.store.list()));
      return 0;
    case "verify":
      return verify(place, options.place, world);
    case "materialize":
      return materializeArtifact(place, find(place, options.id), required(options.to, "--to"), world);
    case "export":
      return exportArtifacts(place, required(options.to, "--to"), world);
    case "pin":
    case "unpin":
      return pin(place, find(place, options.id), options.action, world);
    case "gc":
      return collect(place, options.apply, world);
  }
}

function verify(place: ArtifactsPlace, given: string, world: World): number {
  const { folder, kind } = place;
  const found = kind === "results" ? verifyResults(folder) : [...verifyStore(folder), ...checkRecorder(folder)];
  for (const { code, path, message } of found) world.stdout(`${code} ${given}/${visible(path)}: ${visible(message)}\n`);
  const words =
    found.length === 0 ? `${place.store.list().length} artifacts: as they were written` : `${found.length} changed`;
  const recorder = existsSync(join(folder, RECORDER)) ? "" : "; no recorder";
  world.stdout(`${words}${recorder}\n`);
  return found.length === 0 ? 0 : TAMPERED;
}

function pin(place: ArtifactsPlace, { artifact_id: id }: Artifact, action: "pin" | "unpin", world: World): number {
  mustBeStore(place, action);
  recording(place, world, (tell) => {
    const { content_hash: hash } = place.store.pin(id, action === "pin");
    const artifact = `artifact://sha256/${hash}`;
    tell({ type: "artifact_action", action, artifact, outcome: "done", code: null, actor: "human" });
  });
  world.stdout(`${id} is ${action === "pin" ? "pinned" : "no longer pinned"}\n`);
  return 0;
}

function collect(place: ArtifactsPlace, apply: boolean, world: World): number {
  mustBeStore(place, "gc");
  const report = planCollection(agedIn(place.store), RETENTION, world.now(), !apply);
  const { items_scanned, items_pruned, items_spared_pinned, items_spared_window, total_bytes_freed } = report;
  const counts = { items_scanned, items_pruned, items_spared_pinned, items_spared_window, total_bytes_freed };
  recording(place, world, (tell) => {
    const ref = carryOut(place.store, report);
    tell({ type: "meta.gc_summary", report: ref, dry_run: !apply, ...counts });
  });
  for (const { artifact_id: id, reason, pruned } of report.items) if (pruned) world.stdout(`${id} ${reason}\n`);
  const went = apply ? "went" : "would go";
  const spared = `${items_spared_pinned} pinned, ${items_spared_window} not yet`;
  world.stdout(`${items_pruned} of ${items_scanned} ${went} (${total_bytes_freed} bytes); spared: ${spared}\n`);
  return 0;
}

function mustBeStore({ kind }: ArtifactsPlace, action: string): void {
  if (kind === "store") return;
  throw new GateError("USAGE_INVALID", `${action}: found the results of a run, which stay as they were written`, {
    next: "name a store: the folder that run was given with --store",
  });
}

function find({ store }: ArtifactsPlace, id: string | undefined): Artifact {
  const wanted = required(id, "the artifact's id");
  const found = store.list().filter(({ artifact_id: each }) => each.startsWith(wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new GateError("USAGE_INVALID", `"${wanted}": found ${found.length} artifacts that begin so, expected one`, {
    next: "supply-gate artifacts list shows what there is",
  });
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined && value !== "") return value;
  throw new GateError("USAGE_INVALID", `${name} is missing`, { next: "see supply-gate artifacts --help" });
}
