import type { ExitRecord, Step } from "../../schemas/step.ts";

/** What an ended step left behind on this machine. */
export interface StepOutcome {
  readonly id: string;
  /** Holds `stdout`, `stderr` and `exit.json`. */
  readonly logDir: string;
  /** What `{out}` was: the tool's own files. */
  readonly outDir: string;
  readonly exit: ExitRecord;
  /** What `{scan}` was for the tool, to be taken off its paths. */
  readonly scanRoot: string;
}

export interface StepEvents {
  started(id: string): void;
  ended(id: string, exit: ExitRecord): void;
}

export type Egress = "blocked (proved)" | "not proved";

/** What runs steps. It knows nothing of job kinds; a step that breaks is an outcome, a broken engine is a GateError. */
export interface Engine {
  readonly name: "host" | "dagger";
  readonly isolation: "bubblewrap" | "none" | "dagger";
  /** Whether a program in the steps' own surroundings was seen to reach no network. */
  egress(): Promise<Egress>;
  /**
   * Runs all steps, as many at a time as fit; the map has an outcome for each. After an abort every outcome is `cancel` or earlier.
   * @throws GateError when staging or storage breaks; every process has ended by then.
   */
  execute(steps: readonly Step[], signal: AbortSignal, events: StepEvents): Promise<Map<string, StepOutcome>>;
  /** Ends what still runs and removes everything but the logs. */
  close(): Promise<void>;
}
