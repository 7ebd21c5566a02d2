import { type ProcessTable, readProcessTable } from "./process-table.ts";

export interface Usage {
  /** Processes that still run. */
  readonly alive: number;
  /** CPU time of all that ever belonged, as far as it was seen. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/**
 * A process and all that came from it: its process group, every descendant (also one with a session of its own), and on
 * Linux whoever holds the mark at descriptor 3, which finds a child whose parent ended before we looked.
 *
 * A process is judged once, when it is first seen; so a look costs one listing and one small file for each member.
 */
export class ProcessGroup {
  readonly #root: number;
  readonly #mark: string | null;
  /** Processes known to be none of ours. */
  readonly #strangers: Set<number>;
  /** Members, with the CPU time last seen. */
  readonly #members: Map<number, number>;
  #endedCpuMs = 0;
  #cpuMs = 0;
  #alive: readonly { readonly pid: number; readonly inGroup: boolean }[];

  /** @param before pids that were there before the root was started. */
  constructor(root: number, before: readonly number[], mark: string | null) {
    this.#root = root;
    this.#mark = mark;
    this.#strangers = new Set(before);
    this.#strangers.delete(root);
    this.#members = new Map([[root, 0]]);
    this.#alive = [{ pid: root, inGroup: true }];
  }

  /** Looks at the system and counts. */
  sample(): Usage {
    const table = readProcessTable();
    const present = new Set(table.pids);
    for (const pid of this.#strangers) if (!present.has(pid)) this.#strangers.delete(pid);
    for (const [pid, cpuMs] of this.#members) if (!present.has(pid)) this.#forget(pid, cpuMs);
    this.#judge(table);

    const alive: { pid: number; inGroup: boolean }[] = [];
    let ownMs = this.#endedCpuMs;
    let treeMs = 0;
    let rssBytes = 0;
    for (const pid of this.#members.keys()) {
      const row = table.row(pid);
      if (row === null) continue;
      this.#members.set(pid, row.cpuMs);
      ownMs += row.cpuMs;
      treeMs += row.cpuMs + row.childrenCpuMs;
      rssBytes += row.zombie ? 0 : row.rssBytes;
      if (!row.zombie) alive.push({ pid, inGroup: row.group === this.#root });
    }
    this.#alive = alive;
    // Both are lower bounds: the first misses what came and went between two looks, the second what ended without being waited for.
    this.#cpuMs = Math.max(this.#cpuMs, ownMs, treeMs);
    return { alive: alive.length, cpuMs: this.#cpuMs, rssBytes };
  }

  /** Sends a signal to all that are alive now. */
  signal(name: "SIGTERM" | "SIGKILL"): void {
    this.sample();
    // As a group: the kernel reaches all of it at once, also what was forked a moment ago.
    if (this.#alive.some((member) => member.inGroup)) send(-this.#root, name);
    for (const member of this.#alive) if (!member.inGroup) send(member.pid, name);
  }

  /** Ends the group by force without looking, for when looking is what fails. */
  kill(): void {
    if (this.#members.has(this.#root)) send(-this.#root, "SIGKILL");
  }

  #judge(table: ProcessTable): void {
    let unknown = table.pids.filter((pid) => !this.#members.has(pid) && !this.#strangers.has(pid));
    for (let found = true; found; ) {
      const rest = unknown.filter((pid) => !this.#belongs(table, pid));
      for (const pid of unknown) if (!rest.includes(pid)) this.#members.set(pid, 0);
      found = rest.length < unknown.length;
      unknown = rest;
    }
    for (const pid of unknown) this.#strangers.add(pid);
  }

  #belongs(table: ProcessTable, pid: number): boolean {
    const row = table.row(pid);
    if (row === null) return false;
    if (row.group === this.#root || this.#members.has(row.parent)) return true;
    return this.#mark !== null && table.marked(pid, this.#mark);
  }

  #forget(pid: number, cpuMs: number): void {
    this.#members.delete(pid);
    this.#endedCpuMs += cpuMs;
  }
}

function send(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch (cause) {
    // ESRCH: ended meanwhile. EPERM: macOS says so of a group that holds only zombies.
    if (!["ESRCH", "EPERM"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
  }
}
