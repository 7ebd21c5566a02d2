import { type Attack, type Left, onText } from "../../kinds/attack.ts";

/** What stands in a report's place. `foreign`: reports of other tools and of other runs, by what they are called. */
export function reportAttacks(left: Left, foreign: Readonly<Record<string, string>>): Attack[] {
  return Object.keys(left).flatMap((file) => [
    { group: "report missing", name: `${file} missing`, change: (files: Left) => missing(files, file) },
    ...(file === "stdout" || file === "stderr" ? [] : documentAttacks(file, foreign)),
  ]);
}

function documentAttacks(file: string, foreign: Readonly<Record<string, string>>): Attack[] {
  const instead = (group: string, name: string, text: string): Attack => ({
    group,
    name: `${file} ${name}`,
    change: onText(file, () => text),
  });
  return [
    ...Object.entries(NOTHING).map(([name, text]) => instead("report of nothing", name, text)),
    ...SIXTEENTHS.map((part) => ({
      group: "report truncated",
      name: `${file} cut after ${part}/16`,
      change: onText(file, (text) => text.slice(0, Math.floor((text.length * part) / 16))),
    })),
    {
      group: "report truncated",
      name: `${file} without its last character`,
      change: onText(file, (text) => text.trimEnd().slice(0, -1)),
    },
    { group: "report truncated", name: `${file} twice`, change: onText(file, (text) => `${text}${text}`) },
    ...Object.entries(foreign).map(([name, text]) => instead("another report", `is ${name}`, text)),
  ];
}

const SIXTEENTHS = Array.from({ length: 15 }, (_, index) => index + 1);

const NOTHING: Readonly<Record<string, string>> = {
  "is empty": "",
  "is a line feed": "\n",
  "is null": "null",
  "is {}": "{}",
  "is []": "[]",
  "is [null]": "[null]",
  "is [{}]": "[{}]",
  'is ""': '""',
  "is 0": "0",
  "is true": "true",
  "is NUL bytes": "\0".repeat(64),
  'is {"results": []}': '{"results": []}',
  "is a page of HTML": "<!doctype html><title>504 Gateway Timeout</title>",
};

function missing(left: Left, file: string): Left {
  return Object.fromEntries(Object.entries(left).filter(([name]) => name !== file));
}
