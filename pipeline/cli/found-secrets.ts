import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { KindId } from "../../schemas/common.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import { isNamesFile } from "../kinds/secret_scan/path-names.ts";
import { withoutPublicWords } from "../leaks/public-words.ts";
import { distinctSecrets, type Secret } from "../leaks/secret.ts";
import { secretsOf } from "../leaks/secrets.ts";
import { readSourceFile } from "../tree/source-file.ts";
import type { StagedHistory } from "../tree/staged-history.ts";
import { windowNameOf } from "../tree/windows.ts";
import type { PlannedJob } from "./evidence.ts";

/** What the steps left, and the tree that they looked at. */
export interface Scanned {
  readonly root: string;
  readonly inventory: Inventory;
  readonly planned: readonly PlannedJob[];
  readonly evidence: ReadonlyMap<KindId, Evidence>;
  /** By step: the folder with the tool's own files. */
  readonly outDirs: ReadonlyMap<string, string>;
  readonly history?: StagedHistory | undefined;
}

/**
 * What secret_scan found, read again from the tree: to be kept from everything that leaves. None when its report could not be read; the job is
 * incomplete then.
 * @throws GateError SOURCE_CHANGED when a file is not what was scanned, DOCUMENT_INVALID
 */
export function foundSecrets({ root, inventory, planned, evidence, outDirs, history }: Scanned): Secret[] {
  const secrets = planned.flatMap(({ kind, step }) => {
    const outDir = outDirs.get(step.id);
    const readable = (evidence.get(kind)?.report ?? null) !== null;
    if (kind !== "secret_scan" || outDir === undefined || !readable) return [];
    const report = readFileSync(join(outDir, "gitleaks.json"), "utf8");
    const read = (file: Inventory["files"][number]) => readSourceFile(root, file);
    return secretsOf(report, {
      files: inventory.files,
      copies: step.staging.copies,
      texts: namesOnly(step.staging.files),
      read,
      readPiece: pieceReader(history),
    });
  });
  return withoutPublicWords(distinctSecrets(secrets));
}

/** Of the texts beside the tree only the list of names is not ours. */
function namesOnly(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => isNamesFile(name)));
}

/** Texts that only our own commits bring hold nothing but canaries. */
function pieceReader(history: StagedHistory | undefined) {
  if (history === undefined) return undefined;
  return (name: string) => {
    const origins = history.pieces.get(windowNameOf(name)?.whole ?? name)?.origins ?? [];
    return origins.every(({ commit }) => history.canaries.has(commit)) ? undefined : history.readPiece(name);
  };
}

/** Everything that a run is about to leave, by name: documents, logs, and what the screen will show. */
export function* exportedTexts(
  documents: ReadonlyMap<string, string>,
  logs: string,
  screen: string,
): Generator<readonly [string, string | Buffer]> {
  yield* documents;
  for (const entry of readdirSync(logs, { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name);
    if (entry.isFile()) yield [`run/${relative(logs, place)}`, readFileSync(place)];
  }
  yield ["the screen", screen];
}
