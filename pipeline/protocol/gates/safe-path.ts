/** A path below some folder: relative, with `/` between parts of which none is empty, `.` or `..`. */
export function isSafePath(path: string): boolean {
  return !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** A place of a step: `{scan}`, `{out}`, `{tool}` or `{tmp}`, or a path below one. */
export function isSafePlace(place: string): boolean {
  const found = PLACE.exec(place);
  return found !== null && found[1] === "" && isBelow(found[2]);
}

/** A word of a command line that neither climbs out of a place nor begins at the machine's root. */
export function isSafeArgument(word: string): boolean {
  const [, before = word, below] = PLACE.exec(word) ?? [];
  const isFree = /(^|[=:,])\//.test(before) || /(^|[/=:,])\.\.($|\/)/.test(before) || before.includes("\0");
  return !isFree && isBelow(below);
}

/** What stands before a place, and the path behind it. */
const PLACE = /^(.*?)\{(?:scan|out|tool|tmp)\}(.*)$/s;

function isBelow(rest: string | undefined): boolean {
  return rest === undefined || rest === "" || (rest.startsWith("/") && isSafePath(rest.slice(1)));
}
