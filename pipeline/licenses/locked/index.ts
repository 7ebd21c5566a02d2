import type { LockfileFormat } from "../../../schemas/inventory.ts";
import { archivesOfCargoLock } from "./cargo-lock.ts";
import { archivesOfGoSum } from "./go-sum.ts";
import type { LockedArchive } from "./locked-archive.ts";
import { archivesOfPackageLock } from "./package-lock.ts";
import { archivesOfPnpmLock } from "./pnpm-lock.ts";
import { archivesOfPipfileLock, archivesOfPythonLock } from "./python.ts";
import { archivesOfRequirements } from "./requirements.ts";
import { archivesOfYarnLock } from "./yarn-lock.ts";

/** A lockfile's text, and those of the files beside it. */
export interface LockedText {
  readonly path: string;
  readonly text: string;
  readonly sibling: (relativePath: string) => string | undefined;
}

type ArchiveReader = (lockfile: LockedText) => LockedArchive[];

const python: ArchiveReader = ({ path, text }) => archivesOfPythonLock(path, text);

/** The formats that say what an archive's content is. */
export const ARCHIVE_READERS: Readonly<Partial<Record<LockfileFormat, ArchiveReader>>> = {
  "package-lock": ({ path, text }) => archivesOfPackageLock(path, text),
  "yarn-lock": ({ text }) => archivesOfYarnLock(text),
  "pnpm-lock": ({ path, text }) => archivesOfPnpmLock(path, text),
  "cargo-lock": ({ path, text }) => archivesOfCargoLock(path, text),
  "go-mod": ({ sibling }) => archivesOfGoSum(sibling("go.sum") ?? ""),
  requirements: archivesOfRequirements,
  "poetry-lock": python,
  "pdm-lock": python,
  "uv-lock": python,
  pylock: python,
  "pipfile-lock": ({ path, text }) => archivesOfPipfileLock(path, text),
};
