import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GateError } from "../../../schemas/error.ts";
import type { Step, StepInvocation } from "../../../schemas/step.ts";
import type { RunStepOptions } from "../step-runner.ts";
import { argumentBytes, type Bind, bubblewrapArguments } from "./bubblewrap.ts";
import { coversOf } from "./covers.ts";
import { type Folders, foldersOf, invocationOf, SANDBOX_PLACES } from "./layout.ts";
import type { Sandbox } from "./sandbox.ts";
import { hasHistory, historyOf, snapshotOf, stage } from "./staging.ts";
import { storing } from "./storing.ts";
import type { SharedTrees } from "./tree-copy.ts";

export interface HostTool {
  /** What `{tool}` is. */
  readonly dir: string;
  /** Folders that the tool needs under their own name (the base of a Python environment). */
  readonly sameBinds: readonly string[];
}

export interface Surroundings {
  readonly source: string;
  readonly advisories?: string | undefined;
  readonly history?: string | undefined;
  readonly tools: ReadonlyMap<string, HostTool>;
  readonly runDir: string;
}

/** A step that can be run: its folders are laid out, its placeholders replaced. */
export interface PreparedStep {
  readonly step: Step;
  readonly folders: Folders;
  readonly scanRoot: string;
  readonly invocation: StepInvocation;
  readonly options: Pick<RunStepOptions, "wrap" | "wrapInput" | "outputFolders">;
}

/**
 * Lays out a run's n-th step, in the sandbox or in folders. It blocks.
 * @throws GateError TOOL_UNAVAILABLE, SOURCE_CHANGED, SOURCE_INVALID, STORAGE_FAILED, …
 */
export function prepareStep(
  around: Surroundings,
  sandbox: Sandbox | null,
  step: Step,
  index: number,
  shared: SharedTrees,
): PreparedStep {
  const tool = around.tools.get(step.tool);
  if (tool === undefined) {
    throw new GateError("TOOL_UNAVAILABLE", `step "${step.id}": its tool "${step.tool}" is not installed`);
  }
  const folders = foldersOf(around.runDir, step, index);
  storing(around.runDir, () => makeFolders(folders));
  const layOut = sandbox === null ? inFolders : inSandbox(sandbox);
  return layOut({ around, step, tool, folders, shared });
}

interface Preparation {
  readonly around: Surroundings;
  readonly step: Step;
  readonly tool: HostTool;
  readonly folders: Folders;
  readonly shared: SharedTrees;
}

function makeFolders(folders: Folders): void {
  const { scan, out, tmp, log } = folders;
  for (const folder of [join(scan, "staged"), join(scan, "config"), out, tmp, log]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

function inFolders({ around, step, tool, folders, shared }: Preparation): PreparedStep {
  stage(step, { ...around, toolDir: tool.dir }, folders.scan, "full", shared);
  const invocation = invocationOf(step, { ...folders, tool: tool.dir }, folders.log);
  return { step, folders, scanRoot: folders.scan, invocation, options: { outputFolders: [folders.out] } };
}

const inSandbox =
  (sandbox: Sandbox) =>
  ({ around, step, tool, folders, shared }: Preparation): PreparedStep => {
    const { tree, advisories } = step.staging;
    const covers = coversOf(around.source, tree?.hide ?? []);
    stage(step, { ...around, toolDir: tool.dir }, folders.scan, covers === null ? "full" : "copies-only", shared);
    const binds: Bind[] = [
      { from: tool.dir, to: "/tool" },
      ...tool.sameBinds.map((folder) => ({ from: folder, to: folder })),
      { from: join(folders.scan, "staged"), to: "/scan/staged" },
      { from: join(folders.scan, "config"), to: "/scan/config" },
      { from: folders.out, to: "/out", writable: true },
    ];
    if (tree !== undefined) {
      binds.push({ from: covers === null ? join(folders.scan, "tree") : around.source, to: "/scan/tree" });
    }
    if (advisories) binds.push({ from: snapshotOf(around, step), to: "/scan/advisories" });
    if (hasHistory(step)) {
      binds.push({
        from: covers === null ? join(folders.scan, "history") : historyOf(around, step),
        to: "/scan/history",
      });
    }
    const invocation = invocationOf(step, SANDBOX_PLACES, folders.log);
    const base = dirname(folders.scan);
    const emptyFile = join(base, "empty");
    const wrapInput = join(base, "bubblewrap");
    const args = bubblewrapArguments({
      root: sandbox.root,
      binds,
      covers: covers ?? [],
      emptyFile,
      cwd: invocation.cwd,
      tmpBytes: sandbox.sizedTmp ? step.limits.memoryBytes : null,
    });
    storing(base, () => {
      writeFileSync(emptyFile, "", { mode: 0o444 });
      writeFileSync(wrapInput, argumentBytes(args), { mode: 0o600 });
    });
    return {
      step,
      folders,
      scanRoot: SANDBOX_PLACES.scan,
      // The tool's own working directory is inside.
      invocation: { ...invocation, cwd: "/" },
      options: { wrap: [sandbox.command, "--args", "3", "--"], wrapInput, outputFolders: [folders.out] },
    };
  };
