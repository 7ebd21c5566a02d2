import type { Lockfile } from "../../../schemas/lockfile.ts";
import { type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { ofYarnBerry } from "./yarn-berry.ts";
import { ofYarnClassic } from "./yarn-classic.ts";

/**
 * Reads `yarn.lock` of yarn 1 and of yarn 2 and later (`__metadata`); which one it is, the file itself must say.
 *
 * `dev` is never true: the file doesn't know.
 * @throws GateError LOCKFILE_INVALID
 */
export function readYarnLock({ path, text }: LockfileInput): Lockfile {
  if (/^"?__metadata"?:/m.test(text)) return lockfileOf(path, "yarn-lock", ofYarnBerry(path, text));
  if (/^# yarn lockfile v1\r?$/m.test(text)) return lockfileOf(path, "yarn-lock", ofYarnClassic(path, text));
  const found = text.trim() === "" ? "an empty file" : "no version of the format";
  throw lockfileInvalid(path, found, 'the line "# yarn lockfile v1" or the key "__metadata"');
}
