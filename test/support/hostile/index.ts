import { ARCHIVES, BOMBS } from "./archives.ts";
import { HUGE, LARGE_LOCKFILE, SPARSE } from "./big-files.ts";
import { ALLOW_COMMENTS } from "./comments.ts";
import { CONFIG_FILES } from "./configs.ts";
import { crowd } from "./crowd.ts";
import { DEEP, LONG_PATHS } from "./deep.ts";
import { LFS_POINTERS, SUBMODULES } from "./elsewhere.ts";
import { ENCODINGS, UTF_32 } from "./encodings.ts";
import { NAUGHTY_NAMES, NAUGHTY_PACKAGES, SUITES } from "./fuel.ts";
import { GIT_PROGRAMS } from "./git.ts";
import type { Hostile } from "./hostile.ts";
import { HARD_LINKS, SYMLINKS } from "./links.ts";
import { INCLUDES, JSON_LIES, TOML_LIES, YAML_LIES } from "./lockfiles.ts";
import { ALIAS_NAMES, BYTE_NAMES, CASE_NAMES, ODD_FOLDERS, ODD_NAMES } from "./names.ts";
import { RUN_BY_TOOLS, SHADOWS } from "./programs.ts";
import { SKIPPED_NAMES } from "./skipped-names.ts";
import { DEVICES, NAMED_PIPES } from "./special-files.ts";

/** Every hostile thing that we know of. */
export const HOSTILE: readonly Hostile[] = [
  ...CONFIG_FILES,
  ALLOW_COMMENTS,
  ...SKIPPED_NAMES,
  ENCODINGS,
  UTF_32,
  SYMLINKS,
  HARD_LINKS,
  NAMED_PIPES,
  DEVICES,
  SPARSE,
  HUGE,
  LARGE_LOCKFILE,
  ODD_NAMES,
  ODD_FOLDERS,
  BYTE_NAMES,
  CASE_NAMES,
  ALIAS_NAMES,
  DEEP,
  LONG_PATHS,
  crowd(3000),
  ARCHIVES,
  BOMBS,
  SUBMODULES,
  LFS_POINTERS,
  JSON_LIES,
  YAML_LIES,
  TOML_LIES,
  INCLUDES,
  GIT_PROGRAMS,
  SHADOWS,
  RUN_BY_TOOLS,
  NAUGHTY_NAMES,
  NAUGHTY_PACKAGES,
  ...SUITES,
];
