import { z } from "zod";
import { Ecosystem } from "./common.ts";
import { Problem } from "./evidence.ts";
import { LockfileFormat } from "./inventory.ts";

/** One package that a lockfile names; `version` is empty only where the file states none (an unpinned requirement). */
export const LockedPackage = z.strictObject({
  name: z.string().min(1),
  version: z.string(),
  ecosystem: Ecosystem,
  /** True only where the file itself says that it is needed for development only. */
  dev: z.boolean(),
  /** The licence as the lockfile states it, verbatim. */
  license: z.string().optional(),
  /** How it is got where that is not the ecosystem's registry: such a package can't be looked up by version. */
  origin: z.enum(["registry", "git", "path", "url"]),
});
export type LockedPackage = z.infer<typeof LockedPackage>;

/** Something in a lockfile that names a package without saying which version will be installed. */
export const LockfileGap = z.strictObject({
  code: z.enum([
    "unpinned",
    "unresolved-range",
    "git-dependency",
    "path-dependency",
    "url-dependency",
    "missing-include",
    "transitive-unknown",
  ]),
  name: z.string(),
  detail: z.string(),
});
export type LockfileGap = z.infer<typeof LockfileGap>;

/** What a lockfile says: packages sorted by ecosystem, name, version, without duplicates; gaps likewise. */
export const Lockfile = z.strictObject({
  path: z.string(),
  format: LockfileFormat,
  packages: z.array(LockedPackage),
  /** Names of the project itself, its workspace members and links: listed there, but nothing that is got from anywhere. */
  own: z.array(z.string()).optional(),
  gaps: z.array(LockfileGap),
});
export type Lockfile = z.infer<typeof Lockfile>;

/** `evidence/lockfiles.json`: what our own readers read, and which lockfiles they could not. */
export const LockfilesFile = z.strictObject({
  schemaVersion: z.literal("supply-gate/lockfiles-1"),
  lockfiles: z.array(Lockfile),
  broken: z.array(Problem),
});
export type LockfilesFile = z.infer<typeof LockfilesFile>;
