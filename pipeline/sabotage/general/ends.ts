import { constants } from "node:os";
import type { Attack, Left } from "../../kinds/attack.ts";
import { onExit } from "../../kinds/attack.ts";

const STATUSES = Array.from({ length: 256 }, (_, status) => status);

/** Every other exit status, every signal, every limit, a tool that did not start or is another, output that was cut: with the whole report beside it. */
export function endAttacks(left: Left): Attack[] {
  return [
    ...STATUSES.map((status) => ({
      group: "exit status",
      name: `exit status ${status}`,
      change: onExit({ status, signal: null }),
    })),
    ...Object.keys(constants.signals).map((signal) => ({
      group: "signal",
      name: `killed by ${signal}`,
      change: onExit({ status: null, signal }),
    })),
    ...limitAttacks(left),
    ...VERSIONS.map((toolVersion) => ({
      group: "tool version",
      name: toolVersion === null ? "no version" : `version "${toolVersion}"`,
      change: onExit({ toolVersion }),
    })),
    {
      group: "not started",
      name: "could not be started",
      change: onExit({ status: null, signal: null, spawnError: "ENOENT" }),
    },
    {
      group: "not started",
      name: "could not be started, with an exit status",
      change: onExit({ spawnError: "EACCES" }),
    },
    ...["stdoutBytesCut", "stderrBytesCut"].map((field) => ({
      group: "output cut",
      name: `${field}: 1`,
      change: onExit({ [field]: 1 }),
    })),
  ];
}

const VERSIONS = [null, "", "0.0.1", "latest", "8.30.1-dirty", "v2.4.0", "1.52.0 "];

/** Each limit: after the report was written, half-way through it, and before it. */
function limitAttacks(left: Left): Attack[] {
  const reports = Object.keys(left).filter((file) => file.startsWith("out/"));
  const stages: [string, (left: Left) => Left][] = [
    ["with the whole report", (files) => files],
    ["with half the report", (files) => each(files, reports, (text) => text.slice(0, text.length / 2))],
    ["with an empty report", (files) => each(files, reports, () => "")],
    ["without a report", (files) => without(files, reports)],
  ];
  return ["wall", "cpu", "memory", "output", "cancel"].flatMap((killedBy) =>
    stages.flatMap(([what, leave]) =>
      [null, 0].map((status) => ({
        group: killedBy === "wall" ? "timeout" : killedBy === "output" ? "output cap" : "limit",
        name: `${killedBy} limit ${what}${status === null ? "" : ", exit status 0"}`,
        change: (files: Left) =>
          leave(
            onExit({ killedBy, timedOut: killedBy === "wall", status, signal: status === null ? "SIGTERM" : null })(
              files,
            ),
          ),
      })),
    ),
  );
}

function each(left: Left, files: readonly string[], edit: (text: string) => string): Left {
  return { ...left, ...Object.fromEntries(files.map((file) => [file, edit(left[file] ?? "")])) };
}

function without(left: Left, files: readonly string[]): Left {
  return Object.fromEntries(Object.entries(left).filter(([file]) => !files.includes(file)));
}
