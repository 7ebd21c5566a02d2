import { type Attack, type Left, onText } from "../../kinds/attack.ts";

/** Every file but the record changed after the tool had ended: whatever is changed, its digest tells. */
export function lateAttacks(left: Left): Attack[] {
  return Object.entries(left)
    .filter(([file]) => file !== "exit.json")
    .flatMap(([file, text]) => [
      ...Object.entries(CHANGES).map(([name, edit]) => late(`${file} ${name}`, onText(file, edit))),
      ...(text.length < 16 ? [] : SIXTEENTHS).map((part) =>
        late(
          `${file}: one bit of the character at ${part}/16`,
          onText(file, (whole) => flipped(whole, part)),
        ),
      ),
    ]);
}

const SIXTEENTHS = Array.from({ length: 16 }, (_, index) => index);

const CHANGES: Readonly<Record<string, (text: string) => string>> = {
  emptied: () => "",
  "with a line feed more": (text) => `${text}\n`,
  "without its first character": (text) => text.slice(1),
  "without its second half": (text) => text.slice(0, text.length / 2),
};

function late(name: string, change: Attack["change"]): Attack {
  return { group: "changed afterwards", name, change, late: true };
}

function flipped(text: string, part: number): string {
  const at = Math.floor((text.length * part) / 16);
  return `${text.slice(0, at)}${String.fromCharCode(text.charCodeAt(at) ^ 1)}${text.slice(at + 1)}`;
}
