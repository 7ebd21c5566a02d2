import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageLock } from "../../../schemas/images.ts";
import type { Step } from "../../../schemas/step.ts";
import requirements from "../../pins/scancode-requirements.txt" with { type: "text" };
import type { SealedStep } from "../../src/engine.ts";
import { hasHistory, historyOf, moveFolder, stage } from "../host/staging.ts";
import { dockerfileOf, sealedInvocationOf } from "./dockerfile.ts";

/**
 * Writes the build context of a step to `dir`, all but the tree, the advisories and our own program: Dockerfile, step.json, staged copies, config.
 * The folder with the history's texts, where the step has one, is moved there.
 * @throws GateError SOURCE_CHANGED, SOURCE_INVALID, PIN_MISMATCH, STORAGE_FAILED
 */
export function writeContext(
  step: Step,
  source: string,
  images: ImageLock,
  dir: string,
  history?: string | undefined,
): SealedStep {
  const files = {
    Dockerfile: dockerfileOf(step, images),
    "step.json": `${JSON.stringify(sealedInvocationOf(step))}\n`,
    ...(step.tool === "scancode" ? { "requirements.txt": requirements } : {}),
  };
  for (const folder of [dir, join(dir, "staged"), join(dir, "config")]) {
    mkdirSync(folder, { recursive: true });
    // The umask must not be part of what the engine's cache goes by.
    chmodSync(folder, 0o755);
  }
  stage(step, { source }, dir, "copies-only");
  if (hasHistory(step)) moveFolder(historyOf({ history }, step), join(dir, "history"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(dir, name), text);
    chmodSync(join(dir, name), 0o644);
  }
  const { tree, advisories } = step.staging;
  return { id: step.id, hide: tree === undefined ? null : tree.hide.map(({ path }) => path), advisories };
}
