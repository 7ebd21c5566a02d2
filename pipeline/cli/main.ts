import { checkRuntime } from "../protocol/gates/judge.ts";
import { REGISTRY } from "../protocol/registry/bundled.ts";
import { runCommand } from "./commands.ts";
import { reportError } from "./failure.ts";

const INTERRUPTED = 130;

/** The door: turns the command line into a run, and whatever happens into one exit status. Nothing else ends the process. */
async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  let interrupted = false;
  const stop = () => {
    interrupted = true;
    abort.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // A reader that went away (`| head`) is no error of ours.
  process.stdout.on("error", () => process.exit(0));
  try {
    checkRuntime(REGISTRY);
    return await runCommand(argv, abort.signal);
  } catch (error) {
    if (interrupted) {
      process.stderr.write("supply-gate: interrupted; no results were written\n");
      return INTERRUPTED;
    }
    return reportError(error, (text) => void process.stderr.write(text));
  }
}

process.exitCode = await main(process.argv.slice(2));
