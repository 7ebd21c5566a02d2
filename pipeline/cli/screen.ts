import { createLogUpdate } from "log-update";
import type { World } from "./world.ts";

/** What the progress of a run is told. */
export interface Screen {
  /** One thing under way that is no job: planning, installing a tool. */
  note(text: string): void;
  started(job: string): void;
  ended(job: string, text: string): void;
  /** Takes the block off the screen. */
  close(): void;
}

/** A block that redraws on a terminal, plain lines elsewhere, nothing when quiet. All of it goes to stderr. */
export function openScreen(world: World, quiet: boolean): Screen {
  if (quiet) return { note: () => {}, started: () => {}, ended: () => {}, close: () => {} };
  return world.interactive ? redrawing(world) : lines(world);
}

const HEARTBEAT_MS = 30_000;

function lines({ stderr, now }: World): Screen {
  const open = new Map<string, number>();
  const timer = setInterval(() => {
    for (const [job, since] of open) stderr(`  ${job}: still running, ${seconds(now().getTime() - since)}\n`);
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    note: (text) => stderr(`${text}\n`),
    started(job) {
      open.set(job, now().getTime());
      stderr(`  ${job}: started\n`);
    },
    ended(job, text) {
      const since = open.get(job);
      open.delete(job);
      stderr(`  ${job}: ${text}${since === undefined ? "" : ` (${seconds(now().getTime() - since)})`}\n`);
    },
    close: () => clearInterval(timer),
  };
}

const FRAME_MS = 120;
const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

function redrawing({ now, colors }: World): Screen {
  const draw = createLogUpdate(process.stderr, { showCursor: true });
  const rows = new Map<string, { since: number; text: string | null; took: number }>();
  let note = "";
  let frame = 0;
  const redraw = () => {
    const spin = FRAMES[frame % FRAMES.length] as string;
    const shown = [...rows].map(([job, { since, text, took }]) =>
      text === null
        ? `${colors.cyan(spin)} ${job.padEnd(18)} ${seconds(now().getTime() - since)}`
        : `${colors.green("•")} ${job.padEnd(18)} ${seconds(took).padEnd(8)} ${text}`,
    );
    draw([...(note === "" ? [] : [colors.dim(note)]), ...shown].join("\n"));
  };
  const timer = setInterval(() => {
    frame += 1;
    redraw();
  }, FRAME_MS);
  timer.unref();
  return {
    note(text) {
      note = text;
      redraw();
    },
    started(job) {
      rows.set(job, { since: now().getTime(), text: null, took: 0 });
      redraw();
    },
    ended(job, text) {
      const since = rows.get(job)?.since ?? now().getTime();
      rows.set(job, { since, text, took: now().getTime() - since });
      redraw();
    },
    close() {
      clearInterval(timer);
      draw.clear();
      draw.done();
    },
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
