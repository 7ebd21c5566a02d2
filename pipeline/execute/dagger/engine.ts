import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client, Directory } from "@dagger.io/dagger";
import { GateError } from "../../../schemas/error.ts";
import type { ImageLock } from "../../../schemas/images.ts";
import { readJson } from "../../../schemas/read.ts";
import { ExitRecord, type Step } from "../../../schemas/step.ts";
import { egressProbe, literalPattern, runSealed } from "../../src/engine.ts";
import type { Engine, StepEvents, StepOutcome } from "../engine.ts";
import { writeContext } from "./context.ts";

export interface DaggerOptions {
  readonly client: Client;
  /** Ends the session. */
  readonly disconnect: () => Promise<void>;
  readonly source: string;
  /** Paths below `source` that no step sees; they are not even sent. */
  readonly unsent: readonly string[];
  readonly advisories: string | undefined;
  readonly history?: string | undefined;
  readonly images: ImageLock;
  /** Our own program as one file. */
  readonly bundle: string;
  readonly runDir: string;
  /** When the run began, RFC 3339. */
  readonly began: string;
}

/** The engine that runs each step as a sealed build of a Dagger engine, all at once; the engine itself bounds how many run. */
export function createDaggerEngine(options: DaggerOptions): Engine {
  const { client, images, source, unsent } = options;
  return {
    name: "dagger",
    isolation: "dagger",
    async egress() {
      const seen = await answered("egress probe", () => egressProbe(client, images.images.node.reference).contents());
      return seen === "blocked" ? "blocked (proved)" : "not proved";
    },
    async execute(steps, signal, events) {
      const exclude = unsent.map(literalPattern);
      const tree = await until(
        signal,
        answered(source, () => client.host().directory(source, { exclude }).sync()),
      );
      const running = steps.map((step) => runStep(step, options, tree, signal, events));
      const outcomes = await until(signal, Promise.all(running));
      return new Map(outcomes.map((outcome) => [outcome.id, outcome]));
    },
    close: options.disconnect,
  };
}

async function runStep(
  step: Step,
  options: DaggerOptions,
  source: Directory,
  signal: AbortSignal,
  events: StepEvents,
): Promise<StepOutcome> {
  const { client, advisories, history, images, bundle, runDir, began } = options;
  const contextDir = join(runDir, "contexts", step.id);
  const sealed = writeContext(step, options.source, images, contextDir, history);
  signal.throwIfAborted();
  events.started(step.id);
  const inputs = {
    source,
    gate: client.host().file(bundle),
    advisories: advisories === undefined ? undefined : client.host().directory(advisories),
    began,
  };
  const logDir = join(runDir, "steps", step.id);
  await answered(`step ${step.id}`, async () => {
    const left = await runSealed(sealed, client.host().directory(contextDir), inputs);
    await left.export(logDir);
  });
  const exit = readJson(ExitRecord, readFileSync(join(logDir, "exit.json"), "utf8"), `${step.id}: exit record`);
  events.ended(step.id, exit);
  return { id: step.id, logDir, outDir: join(logDir, "out"), exit, scanRoot: "/scan" };
}

async function answered<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new GateError("ENGINE_UNAVAILABLE", `dagger: ${what}: ${wordsOf(cause)}`, {
      cause,
      next: "see the engine's log, or use --engine host",
    });
  }
}

/** What a failed build's own program said last, else the engine's message. */
function wordsOf(cause: unknown): string {
  const { message, stderr } = cause as Error & { stderr?: string };
  const lines = `${message}\n${stderr ?? ""}`.split("\n").filter((line) => line.trim() !== "");
  return (lines.at(-1) ?? "the build failed").trim().slice(0, 400);
}

/** The engine can't be told to stop a build; who waits for it can stop waiting, and the end of the session ends the build. */
async function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
