import type { KindId } from "../../../schemas/common.ts";
import type { Limits, Step } from "../../../schemas/step.ts";
import type { Case } from "../case.ts";
import { KIND_ATTACKS } from "../kinds.ts";
import { type Bench, liveCase } from "./bench.ts";
import type { Behaviour } from "./fake-tool.ts";
import { planLive } from "./world.ts";

const FAST: readonly KindId[] = ["secret_scan", "vuln_scan", "sbom_generate"];

/** Ways to end after the real tool has done all its work: by signals, with other statuses, too late, with too much, with words of an error. */
export function endCases(bench: Bench): Case[] {
  const { clean: root } = bench.world;
  const faked = (kind: KindId, group: string, name: string, behaviour: Behaviour, limits: Partial<Limits> = {}) =>
    liveCase(kind, group, name, () => bench.faked({ kind, root, step: limited(limits) }, behaviour));
  return FAST.flatMap((kind) => [
    ...SIGNALS.map((signal) => faked(kind, "signal", `${signal} after the report`, { real: true, signal })),
    ...SIGNALS.slice(0, 2).map((signal) => faked(kind, "signal", `${signal} before it`, { signal })),
    ...STATUSES.filter((status) => !(status in planLive(bench.world, kind, root).job.step.exits)).map((status) =>
      faked(kind, "exit status", `status ${status} after the report`, { real: true, status }),
    ),
    ...errorLines(kind).map((line) =>
      faked(kind, "stderr", `one line of an error: ${line}`, { real: true, stderr: `${line}\n` }),
    ),
    faked(kind, "timeout", "after the report", { real: true, waits: true }, { wallMs: 8_000 }),
    faked(kind, "timeout", "before the report", { waits: true }, { wallMs: 500 }),
    ...Object.entries(SURE).map(([name, { group, limits }]) =>
      liveCase(kind, group, name, () => bench.attack({ kind, root, step: limited(limits) })),
    ),
    // These are looked at ten times a second, and a quick tool may have ended by then.
    ...Object.entries(SAMPLED).map(([name, limits]) => faked(kind, "limit", name, { real: true, waits: true }, limits)),
  ]);
}

/** The first, the others are tried on recorded evidence. */
function errorLines(kind: KindId): readonly string[] {
  return KIND_ATTACKS.filter((attacks) => attacks.kind === kind).flatMap((attacks) => attacks.errorLines.slice(0, 1));
}

const SIGNALS = ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT", "SIGINT", "SIGHUP"];
const STATUSES = [0, 2, 126, 127, 255];

const SURE: Readonly<Record<string, { group: string; limits: Partial<Limits> }>> = {
  "wall clock of 1 ms": { group: "timeout", limits: { wallMs: 1 } },
  "output of 1 byte": { group: "output cap", limits: { outputBytes: 1 } },
  "output of 100 bytes": { group: "output cap", limits: { outputBytes: 100 } },
};

const SAMPLED: Readonly<Record<string, Partial<Limits>>> = {
  "memory of 1 MiB": { memoryBytes: 1024 ** 2 },
  "processor time of 1 ms": { cpuMs: 1 },
};

function limited(limits: Partial<Limits>): (step: Step) => Step {
  return (step) => ({ ...step, limits: { ...step.limits, ...limits } });
}
