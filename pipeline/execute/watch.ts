import type { ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { ExitRecord, Limits } from "../../schemas/step.ts";
import type { Sink } from "./capped-file.ts";
import type { ProcessGroup } from "./process-group.ts";
import { SAMPLE_MS } from "./process-table.ts";

export interface LimitedRun {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  /**
   * A file or folder opened for reading as descriptor 3. `mark`: it is nobody else's, so whoever holds it belongs to this run
   * (wanted where no pid namespace keeps children together).
   */
  readonly descriptor3: { readonly path: string; readonly mark: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Bytes written until now, kept or not. */
  readonly outputBytes: () => number;
  readonly signal: AbortSignal | undefined;
  readonly graceMs: number;
}

export type Ending = Pick<ExitRecord, "status" | "signal" | "spawnError" | "killedBy" | "cpuMs" | "maxRssBytes">;

/** How long a pipe may stay open after the main process ended: then somebody else holds it. */
const PIPE_MS = 1_000;
/** How long a killed process may take to be gone; only one that is stuck in the kernel takes longer. */
const KILLED_MS = 10_000;

/**
 * Watches one running program over its limits until nothing of it is left.
 *
 * Beyond a limit: TERM to all, grace, KILL to all. At twice the limit of memory or output there is no grace.
 */
export class Watch {
  readonly #run: LimitedRun;
  readonly #child: ChildProcess;
  readonly #group: ProcessGroup;
  readonly #began = performance.now();
  readonly #exited: Promise<Pick<Ending, "status" | "signal">>;
  readonly #piped: Promise<unknown>;
  #killedBy: ExitRecord["killedBy"] = null;
  #failure: Error | null = null;
  #graceTimer: NodeJS.Timeout | undefined;
  #giveUp: () => void = () => undefined;
  #cpuMs = 0;
  #maxRssBytes = 0;

  constructor(run: LimitedRun, child: ChildProcess, group: ProcessGroup) {
    this.#run = run;
    this.#child = child;
    this.#group = group;
    this.#exited = new Promise((resolve) => {
      child.once("exit", (status, signal) => resolve({ status, signal }));
      this.#giveUp = () => resolve({ status: null, signal: null });
    });
    this.#piped = Promise.all([this.#drain(child.stdout, run.stdout), this.#drain(child.stderr, run.stderr)]);
  }

  async ended(): Promise<Ending> {
    const { signal } = this.#run;
    const cancel = (): void => this.#guarded(() => this.#stop("cancel"));
    const timer = setInterval(() => this.#guarded(() => this.#look()), SAMPLE_MS);
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      this.#guarded(() => this.#look());
      const exit = await this.#exited;
      if (this.#late()) this.#killedBy ??= "wall";
      await within(this.#piped, PIPE_MS);
      await this.#endAll();
      await within(this.#piped, PIPE_MS);
      if (this.#run.outputBytes() > this.#run.limits.outputBytes) this.#killedBy ??= "output";
      if (this.#failure !== null) throw this.#failure;
      const { killedBy, cpuMs, maxRssBytes } = this.#state();
      return { ...exit, spawnError: null, killedBy, cpuMs, maxRssBytes };
    } finally {
      clearInterval(timer);
      clearTimeout(this.#graceTimer);
      signal?.removeEventListener("abort", cancel);
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
      this.#child.unref();
    }
  }

  #state(): Pick<Ending, "killedBy" | "cpuMs" | "maxRssBytes"> {
    return { killedBy: this.#killedBy, cpuMs: this.#cpuMs, maxRssBytes: this.#maxRssBytes };
  }

  #late(): boolean {
    return performance.now() - this.#began > this.#run.limits.wallMs;
  }

  #look(): void {
    const { limits } = this.#run;
    const usage = this.#group.sample();
    this.#cpuMs = Math.round(usage.cpuMs);
    this.#maxRssBytes = Math.max(this.#maxRssBytes, usage.rssBytes);
    const output = this.#run.outputBytes();
    if (this.#late()) this.#stop("wall");
    if (this.#cpuMs > limits.cpuMs) this.#stop("cpu");
    if (usage.rssBytes > limits.memoryBytes) this.#stop("memory");
    if (output > limits.outputBytes) this.#stop("output");
    if (usage.rssBytes > 2 * limits.memoryBytes || output > 2 * limits.outputBytes) this.#force();
  }

  #stop(by: NonNullable<ExitRecord["killedBy"]>): void {
    if (this.#killedBy !== null) return;
    this.#killedBy = by;
    this.#group.signal("SIGTERM");
    this.#graceTimer = setTimeout(() => this.#guarded(() => this.#force()), this.#run.graceMs);
  }

  #force(): void {
    clearTimeout(this.#graceTimer);
    this.#graceTimer = setTimeout(this.#giveUp, KILLED_MS);
    this.#group.signal("SIGKILL");
  }

  /** Whoever outlives the main process is not wanted any more; what forks meanwhile is caught by the next round. */
  async #endAll(): Promise<void> {
    const deadline = performance.now() + KILLED_MS;
    while (this.#group.sample().alive > 0 && performance.now() < deadline) {
      this.#group.signal("SIGKILL");
      await delay(10);
    }
  }

  async #drain(stream: ChildProcess["stdout"], sink: Sink): Promise<void> {
    stream?.on("data", (chunk: Buffer) => this.#guarded(() => sink.write(chunk)));
    await new Promise<void>((resolve) => {
      stream?.once("error", (error) => {
        this.#failure ??= error;
      });
      stream?.once("close", resolve);
    });
  }

  /** An error in a timer or an event would end the gate and leave the tool running: it is kept, and the tool ended. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (cause) {
      this.#failure ??= cause as Error;
      this.#group.kill();
    }
  }
}

async function within(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  const late = new AbortController();
  const timer = delay(milliseconds, undefined, { signal: late.signal }).catch(() => undefined);
  await Promise.race([promise, timer]);
  late.abort();
}
