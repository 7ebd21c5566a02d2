import { conclude } from "../report/conclusion.ts";
import { documents } from "../report/documents.ts";
import type { Case } from "./case.ts";
import { type Doors, repeated } from "./doors.ts";
import { inFolder } from "./folder.ts";
import { failed, type Replay } from "./replay.ts";

type Files = ReadonlyMap<string, string | Buffer>;

/** Every file of the results of a run changed, and `decide` over them: whatever is changed, they are not repeated. */
export function storedCases(replay: Replay, others: readonly Replay[], doors: Doors): Case[] {
  const files = documents(conclude(replay.input));
  const foreign = others.map(({ recording, input }) => ({
    run: recording.name,
    files: documents(conclude(input)),
  }));
  const changes = [
    ...[...files].flatMap(([path, text]) => [...fileChanges(path, text), ...flips(path, text)]),
    ...foreign.flatMap(({ run, files: theirs }) => [...files.keys()].flatMap((path) => swapped(path, theirs, run))),
    ...forgeries(files),
  ];
  const effective = changes
    .map(({ group, name, change }) => ({ group, name, changed: change(files) }))
    .filter(({ changed }) => !isSame(changed, files));
  return effective.map(({ group, name, changed }) => ({
    kind: "gate",
    group,
    name,
    run: replay.recording.name,
    attack: () =>
      inFolder(changed, async (folder) => {
        try {
          return repeated(await doors.decideStored(folder));
        } catch (error) {
          return failed(error);
        }
      }),
  }));
}

function isSame(one: Files, other: Files): boolean {
  return one.size === other.size && [...one].every(([path, content]) => other.get(path) === content);
}

interface Change {
  readonly group: string;
  readonly name: string;
  readonly change: (files: Files) => Files;
}

function fileChanges(path: string, text: string): Change[] {
  const edits: Record<string, (files: Map<string, string | Buffer>) => unknown> = {
    missing: (files) => files.delete(path),
    "is empty": (files) => files.set(path, ""),
    "is null": (files) => files.set(path, "null"),
    "is {}": (files) => files.set(path, "{}"),
    "cut in half": (files) => files.set(path, text.slice(0, text.length / 2)),
    "with a line feed more": (files) => files.set(path, `${text}\n`),
  };
  return Object.entries(edits).map(([name, edit]) => ({
    group: "results changed",
    name: `${path} ${name}`,
    change: (files) => {
      const copy = new Map(files);
      edit(copy);
      return copy;
    },
  }));
}

const PLACES = 16;

/** One bit at sixteen places of a file, another one each time. */
function flips(path: string, text: string): Change[] {
  const bytes = Buffer.from(text);
  if (bytes.length === 0) return [];
  return Array.from({ length: PLACES }, (_, part) => ({
    group: "results bit-flipped",
    name: `${path}: bit ${part % 8} of the byte at ${part}/${PLACES}`,
    change: (files) => {
      const flipped = Buffer.from(bytes);
      const at = Math.floor((bytes.length * part) / PLACES);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (part % 8)), at);
      return new Map(files).set(path, flipped);
    },
  }));
}

function swapped(path: string, theirs: Files, run: string): Change[] {
  const content = theirs.get(path);
  if (content === undefined) return [];
  return [
    { group: "results of another run", name: `${path} of ${run}`, change: (all) => new Map(all).set(path, content) },
  ];
}

/** Results that say something better, in the words of the gate itself. */
function forgeries(files: Files): Change[] {
  const edited = (path: string, name: string, edit: (text: string) => string): Change => ({
    group: "results forged",
    name: `${path}: ${name}`,
    change: (all) => new Map(all).set(path, edit(String(all.get(path) ?? ""))),
  });
  const evidence = [...files.keys()].filter((path) => /^evidence\/\w+_\w+\.json$/.test(path));
  return [
    edited("verdict.json", "another verdict", (text) => text.replace(/"verdict": "\w+"/, '"verdict": "WAIVED"')),
    edited("verdict.json", "another isolation", (text) =>
      text.replace(/"kind": "(none|bubblewrap)"/, '"kind": "dagger"'),
    ),
    edited("verdict.json", "other counts", (text) => text.replace(/"expected": \d+/, '"expected": 77')),
    edited("plan.json", "another mode", (text) => text.replace(/"mode": "\w+"/, '"mode": "review"').concat(" ")),
    edited("evidence/tools.json", "another version", (text) => text.replace(/\d+\.\d+\.\d+/, "0.0.1")),
    ...evidence.flatMap((path) => [
      edited(path, "another step", (text) => text.replace(/"stepKey":"[0-9a-f]/, '"stepKey":"g')),
      edited(path, "another end", (text) => text.replace(/"status":\d+/, '"status":3')),
      edited(path, "a problem more", (text) =>
        text.replace('"problems":[', '"problems":[{"code":"limit-hit","message":"x"}'),
      ),
    ]),
  ];
}
