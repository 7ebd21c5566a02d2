import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GateError } from "../../schemas/error.ts";
import { buildSnapshot } from "../advisories/build.ts";
import type { RunOptions } from "./gate.ts";
import { type Printing, runGateCommand } from "./run-command.ts";
import type { World } from "./world.ts";

type DemoOptions = Pick<RunOptions, "out" | "engine" | "sandbox" | "images"> & Printing;

/** `supply-gate demo`: gates a copy of the example that ships beside this program, with its own made-up advisories, in release mode. */
export async function demoCommand(options: DemoOptions, world: World): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), "supply-gate-demo-"));
  try {
    return await runGateCommand({ ...options, ...(await demoProject(work)) }, world);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Lays out the example in `work`, and says how it is gated. */
export async function demoProject(work: string) {
  const example = exampleFolder();
  const project = join(work, "project");
  cpSync(join(example, "project"), project, { recursive: true });
  writeFileSync(join(project, "src", "settings.ts"), `export const token = "${madeUpToken()}";\n`);
  const advisories = (await buildSnapshot(join(example, "advisories"), join(work, "advisories"))).dir;
  const policy = join(example, "policy.yaml");
  return { path: project, advisories, policy, mode: "release", asOf: "2026-01-01" } as const;
}

/** Has the shape of an access token and opens nothing. Made here, so that no such text lies in the repository. */
function madeUpToken(): string {
  const letters = createHash("sha256")
    .update("supply-gate demo")
    .digest("base64")
    .replace(/[^A-Za-z0-9]/g, "");
  return ["ghp", letters.padEnd(36, "x7Qp").slice(0, 36)].join("_");
}

/** Folder of the example. The bundle lies in pipeline/dist, the sources in pipeline/cli: it is two folders up from both. */
export function exampleFolder(): string {
  const folder = fileURLToPath(new URL("../../examples/demo", import.meta.url));
  if (existsSync(folder)) return folder;
  throw new GateError("USAGE_INVALID", "demo: the example project does not lie beside this program", {
    next: "run it from a checkout of supply-gate",
  });
}
