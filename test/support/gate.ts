import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./shared-data.ts";

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the committed bundle as a user would. `env` is added to a minimal environment. */
export function gate(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; interruptAfter?: RegExp } = {},
): Promise<Ended> {
  const { PATH = "", HOME = "" } = process.env;
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(ROOT, "pipeline/dist/gate.mjs"), ...args], {
      cwd: options.cwd,
      env: { PATH, HOME, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let interrupted = false;
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
      if (!interrupted && options.interruptAfter?.test(stderr)) interrupted = child.kill("SIGINT");
    });
    child.on("error", fail);
    child.on("close", (status) => done({ status, stdout, stderr }));
  });
}
