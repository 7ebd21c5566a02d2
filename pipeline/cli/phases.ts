/** When a run began and ended, and how long each phase took, in milliseconds. */
export interface Phases {
  readonly started: string;
  readonly ended: string;
  readonly wallMs: number;
  readonly phaseMs: Readonly<Record<string, number>>;
}

/** A stopwatch over phases that follow one another; `now` is the door's clock. */
export function startPhases(now: () => Date): { begin(phase: string): void; end(): Phases } {
  const started = now();
  const phaseMs: Record<string, number> = {};
  let phase = "prepare";
  let since = started.getTime();
  const close = () => {
    const time = now().getTime();
    phaseMs[phase] = (phaseMs[phase] ?? 0) + time - since;
    since = time;
  };
  return {
    begin(next) {
      close();
      phase = next;
    },
    end() {
      close();
      const ended = now();
      return {
        started: started.toISOString(),
        ended: ended.toISOString(),
        wallMs: ended.getTime() - started.getTime(),
        phaseMs,
      };
    },
  };
}
