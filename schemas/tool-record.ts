import { z } from "zod";
import { Sha256 } from "./common.ts";
import { Platform } from "./pins.ts";

/** `record.json` beside an installed tool: what was installed, from where, and what its files were. */
export const ToolRecord = z.strictObject({
  schemaVersion: z.literal("supply-gate/tool-record-1"),
  name: z.string(),
  version: z.string(),
  platform: Platform,
  route: z.enum(["release", "go", "pip"]),
  /** Of the pin that it was installed by. */
  pinDigest: Sha256,
  /** Of `files.txt`, which has digest, mode, size and path of every file. */
  digest: Sha256,
  files: z.int().positive(),
  bytes: z.int().positive(),
  /** Compiler or interpreter, by name, with its version. */
  builtWith: z.record(z.string(), z.string()),
  /** Real absolute paths that the tool needs beside its folder. */
  sameBinds: z.array(z.string()),
  installedAt: z.iso.datetime(),
  /** Of size, times and inode of every file: as long as it stays, so did the bytes. */
  fingerprint: Sha256,
});
export type ToolRecord = z.infer<typeof ToolRecord>;
