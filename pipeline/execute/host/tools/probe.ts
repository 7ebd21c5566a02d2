import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { GateError } from "../../../../schemas/error.ts";
import type { Place } from "./cache.ts";
import { RouteFault } from "./context.ts";
import { type Ran, runProgram } from "./program.ts";

/** Packages that hold a library, where people look for it in vain. */
const LIBRARY_HINTS: Readonly<Record<string, string>> = {
  "libgomp.so.1": "Debian and Ubuntu: libgomp1; Fedora: libgomp; Alpine: libgomp",
};

/**
 * Starts a tool: it must say the pinned version, and load all that it needs.
 * @throws RouteFault when it does not start here, GateError PIN_MISMATCH when it says another version
 */
export async function probeTool(
  { name, pin }: Place,
  tool: string,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  const env = {
    HOME: scratch,
    TMPDIR: scratch,
    PATH: "/nonexistent",
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    SYFT_CHECK_FOR_APP_UPDATE: "false",
  };
  const run = async (argv: readonly string[]): Promise<Ran> => {
    const filled = argv.map((part) => part.replaceAll("{tool}", tool));
    return await runProgram(filled, {
      cwd: scratch,
      env: { ...env, SCANCODE_CACHE: join(scratch, "cache") },
      signal,
      timeoutMs: 120_000,
    });
  };
  const asked = await run(pin.versionArgv);
  if (asked.fault !== null) throw new RouteFault(`it does not start here: ${faultOf(asked)}`);
  const version = new RegExp(pin.versionPattern).exec(asked.stdout + asked.stderr)?.[1] ?? "no version";
  if (version !== pin.version) {
    const message = `${name}: it says that its version is ${version}, expected ${pin.version}`;
    throw new GateError("PIN_MISMATCH", message, { next: "correct the pin: its digest leads to another version" });
  }
  if (pin.startArgv === undefined) return;
  const started = await run(pin.startArgv);
  if (started.fault !== null) throw new RouteFault(`it does not start here: ${faultOf(started)}`);
}

function faultOf(ran: Ran): string {
  const library = /(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(ran.stderr)?.[1];
  if (library === undefined) return ran.fault ?? "";
  const hint = LIBRARY_HINTS[library];
  return `the system library ${library} is missing${hint === undefined ? "" : ` (${hint})`}`;
}
