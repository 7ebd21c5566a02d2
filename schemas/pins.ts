import { z } from "zod";
import { Sha256 } from "./common.ts";

/** Operating system and processor, as Node names them. */
export const Platform = z.enum(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);
export type Platform = z.infer<typeof Platform>;

const ReleaseArchive = z.strictObject({
  route: z.literal("release"),
  /** Path of the executable inside the archive; absent when the download is the executable itself. */
  member: z.string().optional(),
  /** `verified`: somebody downloaded it and compared; else the digest is copied from other projects' pins that agree. */
  archives: z.partialRecord(Platform, z.strictObject({ url: z.url(), sha256: Sha256, verified: z.boolean() })),
});
export type ReleaseArchive = z.infer<typeof ReleaseArchive>;

const GoInstall = z.strictObject({
  route: z.literal("go"),
  module: z.string(),
  /** The main package, from the module's root: `.` or `./cmd/name`. */
  package: z.string(),
  version: z.string(),
  /** Go's directory hash of the module zip, as the checksum database vouches for it; compared before anything is built. The module's own go.sum holds its dependencies to theirs. */
  sum: z.string().regex(/^h1:[A-Za-z0-9+/]{43}=$/),
  tags: z.array(z.string()),
  ldflags: z.string(),
  /** What the module's go.mod asks for. */
  minimumGo: z.string(),
});
export type GoInstall = z.infer<typeof GoInstall>;

const PipInstall = z.strictObject({
  route: z.literal("pip"),
  /** A complete requirements file with hashes, beside tools.json (written by ci/lock-scancode.sh), and its digest. */
  requirements: z.literal("scancode-requirements.txt"),
  sha256: Sha256,
  /** Python versions that it holds wheels for, the preferred first. */
  pythons: z.array(z.string().regex(/^3\.\d+$/)).min(1),
  platforms: z.array(Platform).min(1),
});
export type PipInstall = z.infer<typeof PipInstall>;

const ToolPin = z.strictObject({
  version: z.string(),
  license: z.string(),
  /** For people: why this version, what is odd about it. */
  note: z.string().optional(),
  /** The executable below the tool's folder. */
  executable: z.string(),
  versionArgv: z.array(z.string()).min(1),
  /** First capture group: the version. */
  versionPattern: z.string(),
  /** Run once after installing, must exit with 0: what the version alone does not show (native libraries). */
  startArgv: z.array(z.string()).min(1).optional(),
  /** Ways to the pinned bytes, tried in this order. */
  routes: z.array(z.discriminatedUnion("route", [ReleaseArchive, GoInstall, PipInstall])).min(1),
});
export type ToolPin = z.infer<typeof ToolPin>;

/** `pipeline/pins/tools.json`: every scanner, its version and the ways to get exactly those bytes. */
export const ToolPins = z.strictObject({
  schemaVersion: z.literal("supply-gate/tools-1"),
  tools: z.record(z.string(), ToolPin),
});
export type ToolPins = z.infer<typeof ToolPins>;
