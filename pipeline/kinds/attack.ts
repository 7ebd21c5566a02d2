import type { KindId } from "../../schemas/common.ts";

/** What an ended step left, as text by name: `exit.json`, `stdout`, `stderr`, and the tool's own files as `out/<name>`. */
export type Left = Readonly<Record<string, string>>;

/** One change to what a step left. Where it changes nothing (no such finding, no such line) it is no attack on that run. */
export interface Attack {
  /** One word or two for what is attacked; a line of the table. */
  readonly group: string;
  /** Where, and what is done there. */
  readonly name: string;
  readonly change: (left: Left) => Left;
  /** Done after the tool had ended, when the step runner had written down what each file was. */
  readonly late?: boolean;
  /** Why the gate can't notice it; the case is listed apart, and stands in `docs/threat-model.md`. */
  readonly unnoticed?: string;
}

/** Attacks by name, and why it is as it is. */
export interface Known {
  readonly attack: RegExp;
  readonly reason: string;
}

/** What a kind knows about how its own evidence can be falsified. The attacks that fit every kind are in `pipeline/sabotage/`. */
export interface KindAttacks {
  readonly kind: KindId;
  readonly attacks: readonly Attack[];
  /** Lines that the tool writes on stderr when something went wrong, as it writes them. */
  readonly errorLines: readonly string[];
  /** General attacks, by name, that change what nobody reads: they must leave the very same evidence. */
  readonly unread: readonly Known[];
  /** General attacks, by name, that the gate can't notice. */
  readonly unnoticed: readonly Known[];
}

/** A JSON object, array or text that an attack looks into without knowing it. */
export type Loose = { [key: string]: Loose } & Loose[] & string;

/** An attack on one JSON file: `edit` changes the parsed value in place. */
export function onJson(file: string, edit: (value: Loose) => void): Attack["change"] {
  return (left) => {
    const text = left[file];
    if (text === undefined) return left;
    const value = JSON.parse(text) as Loose;
    const before = JSON.stringify(value);
    edit(value);
    const after = JSON.stringify(value);
    return after === before ? left : { ...left, [file]: after };
  };
}

/** An attack on the text of one file. */
export function onText(file: string, edit: (text: string) => string): Attack["change"] {
  return (left) => (left[file] === undefined ? left : { ...left, [file]: edit(left[file]) });
}

/** Changes how the step says that it ended. */
export function onExit(more: Readonly<Record<string, unknown>>): Attack["change"] {
  return onJson("exit.json", (exit) => void Object.assign(exit, more));
}
