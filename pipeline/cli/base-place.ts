import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import type { DecisionInput } from "../decide/decide.ts";
import { layOutCommit } from "./base-commit.ts";
import { readResults } from "./base-results.ts";
import { commitOf } from "./git.ts";
import type { World } from "./world.ts";

/** What head is compared with. `name` stands in documents: a commit's full name, or the folder's own name. */
export type BasePlace =
  | { readonly kind: "ref" | "tree"; readonly name: string; readonly root: string }
  | { readonly kind: "results"; readonly name: string; readonly input: DecisionInput };

/**
 * Finds what `--base` names: a folder (with `verdict.json` and `evidence` in it the results of an earlier run, else a tree), or a commit of
 * the repository in `root`, which is laid out below `runDir`.
 * @throws GateError USAGE_INVALID when it is neither or both, SOURCE_INVALID when the commit can't be read, DOCUMENT_INVALID for results that were changed
 */
export async function openBase(text: string, root: string, runDir: string, world: World): Promise<BasePlace> {
  const folder = resolve(world.cwd, text);
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  const commit = commitOf(root, text, world.env["PATH"]);
  if (isFolder && commit !== null) {
    throw new GateError("USAGE_INVALID", `--base ${text}: found a folder and a commit of that name, expected one`, {
      next: `write ./${text} for the folder, or the commit's full name`,
    });
  }
  if (commit !== null) {
    const to = join(runDir, "base", "tree");
    await layOutCommit({ root, commit, scratch: join(runDir, "base", "git") }, to, world);
    return { kind: "ref", name: commit, root: realpathSync(to) };
  }
  if (!isFolder) {
    throw new GateError(
      "USAGE_INVALID",
      `--base ${text}: found no such folder, and no such commit in the source's repository`,
      {
        next: "name a commit that is here (git fetch), a folder with a tree, or the results of an earlier run",
      },
    );
  }
  const isResults = ["verdict.json", "plan.json", "evidence"].every((name) => existsSync(join(folder, name)));
  if (isResults) return { kind: "results", name: basename(folder), input: readResults(folder, text) };
  const real = realpathSync(folder);
  return { kind: "tree", name: basename(real), root: real };
}
