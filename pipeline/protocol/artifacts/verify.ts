import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import { BundleIndex } from "../../../schemas/protocol/bundle-index.ts";
import { readJson } from "../../../schemas/read.ts";
import { verifyRecorder } from "../recorder/verify.ts";
import { BUNDLE_INDEX, bundleIndex, bundleIndexText, fileOf } from "./bundle-index.ts";
import { filesBelow } from "./files-below.ts";
import { checkArtifact, LAYER, namesIn } from "./layer.ts";
import { storing } from "./storing.ts";
import { type Tampering, tampering } from "./tamper.ts";

/** Everything in a store that is not as it was stored (D-13); unfinished writing is nobody's. @throws GateError STORAGE_FAILED */
export function verifyStore(folder: string): Tampering[] {
  return storing(folder, () => namesIn(folder).flatMap((name) => checkArtifact(folder, name)));
}

/** Everything in the results of a run that is not as it was written: each file against the index, the artifacts, the recorder. @throws as `verifyStore` */
export function verifyResults(out: string): Tampering[] {
  return storing(out, () => [...checkIndex(out), ...below("artifacts", verifyStore(join(out, "artifacts")))]).concat(
    checkRecorder(out),
  );
}

/** Where a run's recorder lies in its results, and a store's own beside its layer. */
export const RECORDER = "run/flight-recorder.jsonl";

/**
 * Everything that is wrong with the recorder of a run or a store. It may be away together with all of `run/` (a copy of the results without what is of
 * that one run), not alone. @throws as `verifyStore`
 */
export function checkRecorder(folder: string): Tampering[] {
  const place = join(folder, RECORDER);
  if (!existsSync(place)) return existsSync(dirname(place)) ? [tampering(RECORDER, "is not there")] : [];
  const { bad, end } = verifyRecorder(storing(place, () => readFileSync(place)));
  return [...bad, ...(end === null ? [] : [end])].map(({ line, reason }) =>
    tampering(RECORDER, `line ${line}: ${reason}`),
  );
}

function below(folder: string, found: readonly Tampering[]): Tampering[] {
  return found.map((each) => ({ ...each, path: `${folder}/${each.path}` }));
}

function checkIndex(out: string): Tampering[] {
  const place = join(out, BUNDLE_INDEX);
  if (!existsSync(place)) return [tampering(BUNDLE_INDEX, "is not there")];
  let index: BundleIndex;
  const text = readFileSync(place, "utf8");
  try {
    index = readJson(BundleIndex, text, BUNDLE_INDEX);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return [tampering(BUNDLE_INDEX, error.message.replace(/^[^:]*: /, ""))];
  }
  if (bundleIndexText(bundleIndex(index.files)) !== text) {
    return [tampering(BUNDLE_INDEX, "its digest is not that of what it lists")];
  }
  return checkFiles(out, index);
}

/** What lies in `run/` is of that one run, and not in the index. */
function checkFiles(out: string, { files }: BundleIndex): Tampering[] {
  const found = filesBelow(out, (path) => path === "run" || path === BUNDLE_INDEX);
  const there = new Set(found.files);
  const listed = new Set(files.map(({ path }) => path));
  return [
    ...found.strange.map(({ path, reason }) => tampering(path, reason)),
    ...found.files.filter((path) => !listed.has(path)).map((path) => tampering(path, "is not in the index")),
    ...files.flatMap((file) => {
      if (!there.has(file.path)) return [tampering(file.path, "is not there")];
      const { content_hash: hash } = fileOf(out, file.path);
      if (hash === file.content_hash) return [];
      return [tampering(file.path, `found content ${hash}, expected ${file.content_hash}`)];
    }),
  ];
}

/** Whether a folder is a store of its own. */
export function isStore(folder: string): boolean {
  return existsSync(join(folder, LAYER));
}
