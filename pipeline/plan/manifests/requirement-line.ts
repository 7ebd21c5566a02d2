import { lockfileInvalid } from "./reader.ts";

/** One logical line of a requirements file, as pip sees it: continued lines joined, comments gone. */
export interface LogicalLine {
  readonly place: string;
  readonly text: string;
}

/** What a logical line asks for. */
export interface Request {
  readonly kind: "requirement" | "include" | "constraint";
  readonly target: string;
}

/** Options of pip's file format; the value says whether a value follows. */
const OPTIONS = new Map<string, boolean | Request["kind"]>([
  ["-r", "include"],
  ["--requirement", "include"],
  ["-c", "constraint"],
  ["--constraint", "constraint"],
  ["-e", "requirement"],
  ["--editable", "requirement"],
  ...["-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--no-binary"].map(takesValue),
  ...["--only-binary", "--trusted-host", "--use-feature", "--hash", "--global-option"].map(takesValue),
  ...["--install-option", "--config-settings", "--config-setting", "-C", "--build-constraint"].map(takesValue),
  ...["--no-index", "--prefer-binary", "--require-hashes", "--pre"].map((name): [string, false] => [name, false]),
]);

function takesValue(name: string): [string, true] {
  return [name, true];
}

/**
 * Joins continued lines and drops comments in pip's order: a comment line ends a continuation.
 *
 * @throws GateError LOCKFILE_INVALID when the last line is to be continued (cut off)
 */
export function logicalLines(path: string, text: string): LogicalLine[] {
  const lines: LogicalLine[] = [];
  let parts: string[] = [];
  let start = 0;
  const physical = text
    .replace(/^\uFEFF/, "")
    .replace(/(?:\r\n|\r|\n)$/, "")
    .split(/\r\n|\r|\n/);
  for (const [index, line] of physical.entries()) {
    if (parts.length === 0) start = index + 1;
    const isComment = /^\s*#/.test(line);
    if (line.endsWith("\\") && !isComment) {
      parts.push(line.slice(0, -1));
      continue;
    }
    const content = [...parts, isComment ? "" : line]
      .join("")
      .replace(/(?:^|\s)#.*$/, "")
      .trim();
    parts = [];
    if (content !== "") lines.push({ place: `${path}:${start}`, text: content });
  }
  if (parts.length > 0)
    throw lockfileInvalid(`${path}:${start}`, "a line that breaks off", "the line after the backslash");
  return lines;
}

/**
 * Takes a logical line apart into its requirement (if any) and the options that name other requirements.
 *
 * @throws GateError LOCKFILE_INVALID for an option that pip does not know in such a file
 */
export function requestsOf({ place, text }: LogicalLine): Request[] {
  const optionsAt = text.search(/(?:^|\s)-/);
  const requirement = (optionsAt < 0 ? text : text.slice(0, optionsAt)).trim();
  const words = optionsAt < 0 ? [] : text.slice(optionsAt).trim().split(/\s+/);
  const requests: Request[] = requirement === "" ? [] : [{ kind: "requirement", target: requirement }];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, name = word, glued] = /^(--[a-z-]+|-[a-zA-Z])(?:=?(.+))?$/.exec(word) ?? [];
    const meaning = OPTIONS.get(name);
    if (meaning === undefined) throw lockfileInvalid(place, `the option "${name}"`, "an option of a requirements file");
    if (meaning === false) continue;
    const value = glued ?? words.shift();
    if (value === undefined) throw lockfileInvalid(place, `"${name}" without a value`, "a value");
    if (typeof meaning === "string") {
      // The path of an editable or included file may hold spaces.
      const target = [value, ...words.splice(0, words.findIndex((each) => each.startsWith("-")) >>> 0)].join(" ");
      requests.push({ kind: meaning, target: target.replace(/^(["'])(.*)\1$/, "$2") });
    }
  }
  return requests;
}
