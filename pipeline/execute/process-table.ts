import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** One process as the system tells it. Sizes in bytes, times in milliseconds. */
export interface ProcessRow {
  readonly parent: number;
  readonly group: number;
  /** Ended, but not waited for: it uses nothing and can't be killed. */
  readonly zombie: boolean;
  readonly cpuMs: number;
  /** CPU time of its ended children that it has waited for. */
  readonly childrenCpuMs: number;
  readonly rssBytes: number;
}

/** All processes at one moment; rows are read when asked for. */
export interface ProcessTable {
  readonly pids: readonly number[];
  /** Null when it has ended meanwhile. */
  row(pid: number): ProcessRow | null;
  /** Whether its descriptor 3 is the file `mark` (always false where the system does not tell). */
  marked(pid: number, mark: string): boolean;
}

/** Looks at the processes of this machine: /proc on Linux, `ps` elsewhere. */
export function readProcessTable(): ProcessTable {
  return process.platform === "linux" ? linuxTable() : parsePs(psOutput());
}

/** How often the table may be read: `ps` is a process of its own. */
export const SAMPLE_MS = process.platform === "linux" ? 100 : 500;

function linuxTable(): ProcessTable {
  return {
    pids: readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])),
    row: (pid) => {
      const stat = readIfThere(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
      return stat === null ? null : parseStat(stat, systemUnits());
    },
    marked: (pid, mark) => readIfThere(() => readlinkSync(`/proc/${pid}/fd/3`)) === mark,
  };
}

/** A line of /proc/PID/stat (proc(5)); the name in parentheses may itself hold spaces and parentheses. */
export function parseStat(stat: string, units: { pageBytes: number; ticksPerSecond: number }): ProcessRow {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  const milliseconds = (ticks: number): number => (ticks * 1000) / units.ticksPerSecond;
  return {
    parent: field(4),
    group: field(5),
    zombie: fields[0] === "Z" || fields[0] === "X",
    cpuMs: milliseconds(field(14) + field(15)),
    childrenCpuMs: milliseconds(field(16) + field(17)),
    rssBytes: field(24) * units.pageBytes,
  };
}

let units: { pageBytes: number; ticksPerSecond: number } | undefined;

/** Page size and clock ticks from the auxiliary vector (getauxval(3)): Node tells neither, and arm64 has pages of 4 to 64 KiB. */
function systemUnits(): { pageBytes: number; ticksPerSecond: number } {
  if (units !== undefined) return units;
  const vector = readFileSync("/proc/self/auxv");
  const entries = new Map<number, number>();
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    entries.set(Number(vector.readBigUInt64LE(at)), Number(vector.readBigUInt64LE(at + 8)));
  }
  units = { pageBytes: entries.get(6) ?? 4096, ticksPerSecond: entries.get(17) ?? 100 };
  return units;
}

function readIfThere<T>(read: () => T): T | null {
  try {
    return read();
  } catch (cause) {
    // Ended while we looked, or another user's.
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "")) return null;
    throw cause;
  }
}

function psOutput(): string {
  return execFileSync("/bin/ps", ["-axo", "pid=,ppid=,pgid=,stat=,rss=,time="], {
    encoding: "utf8",
    env: { LC_ALL: "C" },
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Output of `ps -axo pid=,ppid=,pgid=,stat=,rss=,time=`: rss in KiB, time as [[days-]hours:]minutes:seconds[.hundredths]. */
export function parsePs(output: string): ProcessTable {
  const rows = new Map<number, ProcessRow>();
  for (const line of output.split("\n")) {
    const [pid, parent, group, stat = "", rss, time = ""] = line.trim().split(/\s+/);
    if (time === "") continue;
    rows.set(Number(pid), {
      parent: Number(parent),
      group: Number(group),
      zombie: stat.startsWith("Z"),
      cpuMs: parseTime(time),
      childrenCpuMs: 0,
      rssBytes: Number(rss) * 1024,
    });
  }
  return { pids: [...rows.keys()], row: (pid) => rows.get(pid) ?? null, marked: () => false };
}

function parseTime(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const seconds = (clock ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}
