import { z } from "zod";
import { Sha256, SourcePath } from "./common.ts";
import { Landmarks } from "./landmarks.ts";

/** The lockfile formats that a reader of ours understands; the id is also the reader's file name. */
export const LockfileFormat = z.enum([
  "package-lock",
  "yarn-lock",
  "pnpm-lock",
  "cargo-lock",
  "go-mod",
  "requirements",
  "poetry-lock",
  "uv-lock",
  "pipfile-lock",
  "pdm-lock",
  "pylock",
  "bun-lock",
  "deno-lock",
  "composer-lock",
  "gemfile-lock",
  "packages-lock",
  "packages-config",
  "deps-json",
  "gradle-lock",
  "gradle-verification",
  "pom-xml",
  "pubspec-lock",
  "mix-lock",
  "conan-lock",
  "cabal-freeze",
  "stack-lock",
  "renv-lock",
  "swift-resolved",
]);
export type LockfileFormat = z.infer<typeof LockfileFormat>;

/** Why a tool would pass over this file's content although it is text; such a file is staged in a form that is read. */
export const Encoding = z.enum(["text", "utf-16le", "utf-16be", "masked-text", "binary"]);
export type Encoding = z.infer<typeof Encoding>;

/** Content that lies elsewhere (Git LFS), or in a form that no tool opens. */
export const Unscanned = z.enum(["lfs-pointer", "archive"]);
export type Unscanned = z.infer<typeof Unscanned>;

export const InventoryFile = SourcePath.extend({
  size: z.int().nonnegative(),
  sha256: Sha256,
  encoding: Encoding,
  /** Set when the file is a lockfile that we read. */
  lockfile: LockfileFormat.optional(),
  /** Set when the file declares dependencies without locking them (package.json, Cargo.toml, …). */
  manifest: z.string().optional(),
  /** Set when what the file stands for or holds is not scanned, though its own bytes are. */
  unscanned: Unscanned.optional(),
  /** Set for a text that gitleaks cuts: of the text as it is scanned, in UTF-8, and masked text behind a line feed. */
  landmarks: Landmarks.optional(),
});
export type InventoryFile = z.infer<typeof InventoryFile>;

/** Entries without content to scan, and those whose content could not be looked at; each reason is counted and shown. */
export const LeftOutReason = z.enum([
  "version-control",
  "symlink",
  "special-file",
  "policy",
  "output",
  "unreadable",
  "changed-while-read",
  "submodule-empty",
  "too-deep",
  "too-large",
]);
export type LeftOutReason = z.infer<typeof LeftOutReason>;
export const LeftOut = SourcePath.extend({ reason: LeftOutReason, detail: z.string().optional() });
export type LeftOut = z.infer<typeof LeftOut>;

/** The tree, walked once: every file with its digest, sorted by code unit of `path`. */
export const Inventory = z.strictObject({
  schemaVersion: z.literal("supply-gate/inventory-1"),
  files: z.array(InventoryFile),
  leftOut: z.array(LeftOut),
});
export type Inventory = z.infer<typeof Inventory>;
