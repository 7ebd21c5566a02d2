import type { KindId } from "../../../schemas/common.ts";
import type { Limits, Step } from "../../../schemas/step.ts";
import type { Case } from "../case.ts";
import { type Bench, liveCase } from "./bench.ts";
import type { Behaviour } from "./fake-tool.ts";

const FAST: readonly KindId[] = ["secret_scan", "vuln_scan"];

/** Ways to end after the real tool has done all its work: by signals, with other statuses, too late, with too much, with words of errors. */
export function endCases(bench: Bench): Case[] {
  const { clean: root } = bench.world;
  const faked = (kind: KindId, group: string, name: string, behaviour: Behaviour, limits: Partial<Limits> = {}) =>
    liveCase(kind, group, name, () => bench.faked({ kind, root, step: limited(limits) }, behaviour));
  return FAST.flatMap((kind) => [
    ...SIGNALS.map((signal) => faked(kind, "signal", `${signal} after the report`, { real: true, signal })),
    ...SIGNALS.slice(0, 2).map((signal) => faked(kind, "signal", `${signal} before it`, { signal })),
    ...STATUSES.map((status) =>
      faked(kind, "exit status", `status ${status} after the report`, { real: true, status }),
    ),
    faked(kind, "stderr", "a word of an error", { real: true, stderr: "Error: ERR panic: failed to open a file\n" }),
    faked(kind, "timeout", "after the report", { real: true, waits: true }, { wallMs: 8_000 }),
    faked(kind, "timeout", "before the report", { waits: true }, { wallMs: 500 }),
    ...Object.entries(LIMITS).map(([name, limits]) =>
      liveCase(
        kind,
        name.startsWith("wall") ? "timeout" : name.startsWith("output") ? "output cap" : "limit",
        name,
        () => bench.attack({ kind, root, step: limited(limits) }),
      ),
    ),
  ]);
}

const SIGNALS = ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT", "SIGINT", "SIGHUP"];
const STATUSES = [0, 2, 126, 127, 255];

const LIMITS: Readonly<Record<string, Partial<Limits>>> = {
  "wall clock of 1 ms": { wallMs: 1 },
  "wall clock of 50 ms": { wallMs: 50 },
  "output of 1 byte": { outputBytes: 1 },
  "output of 100 bytes": { outputBytes: 100 },
  "memory of 1 MiB": { memoryBytes: 1024 ** 2 },
  "processor time of 1 ms": { cpuMs: 1 },
};

function limited(limits: Partial<Limits>): (step: Step) => Step {
  return (step) => ({ ...step, limits: { ...step.limits, ...limits } });
}
