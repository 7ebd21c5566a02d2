import { type Attack, type Left, onText } from "../../kinds/attack.ts";

/** Lines of stderr dropped, one by one and all; each line that speaks of an error added at the start, in the middle and at the end. */
export function wordAttacks(left: Left, errorLines: readonly string[]): Attack[] {
  const lines = (left["stderr"] ?? "").split("\n");
  const full = lines.flatMap((line, index) => (line === "" ? [] : [index]));
  return [
    ...full.map((index) => ({
      group: "stderr dropped",
      name: `stderr without line ${index + 1}: ${lines[index]?.slice(0, 60)}`,
      change: onText("stderr", () => lines.filter((_, other) => other !== index).join("\n")),
    })),
    { group: "stderr dropped", name: "stderr without any line", change: onText("stderr", () => "") },
    ...errorLines.flatMap((line) =>
      Object.entries(PLACES).map(([where, put]) => ({
        group: "stderr added",
        name: `stderr with "${line.slice(0, 60)}" ${where}`,
        change: onText("stderr", (text) => put(text.split("\n"), line).join("\n")),
      })),
    ),
  ];
}

const PLACES: Readonly<Record<string, (lines: string[], line: string) => string[]>> = {
  "at the start": (lines, line) => [line, ...lines],
  "in the middle": (lines, line) => lines.toSpliced(Math.floor(lines.length / 2), 0, line),
  "at the end": (lines, line) => [...lines.filter((text) => text !== ""), line],
};
