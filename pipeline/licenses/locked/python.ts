import { z } from "zod";
import type { LockedHash } from "../../../schemas/license-fact.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "../../plan/manifests/json.ts";
import { pypiName } from "../../plan/manifests/pypi-name.ts";
import { parseToml } from "../../plan/manifests/toml.ts";
import { hashOfHex } from "../integrity.ts";
import type { LockedArchive } from "./locked-archive.ts";

const File = z.object({ hash: z.string().optional(), hashes: z.record(z.string(), z.string()).optional() });
const Files = z.array(File).default([]);

/** What poetry.lock, pdm.lock, uv.lock and pylock.toml have in common: packages with files, and hashes of these. */
const PythonLock = z.object({
  package: z.array(z.unknown()).optional(),
  packages: z.array(z.unknown()).optional(),
  metadata: z.object({ files: z.record(z.string(), Files).default({}) }).default({ files: {} }),
});

const Package = z.object({
  name: z.string(),
  version: z.string().default(""),
  files: Files,
  sdist: File.optional(),
  wheels: Files,
});

/** The archives of a TOML lockfile of Python. @throws GateError LOCKFILE_INVALID */
export function archivesOfPythonLock(path: string, text: string): LockedArchive[] {
  const lock = readValue(PythonLock, parseToml(path, text), path, "LOCKFILE_INVALID");
  return (lock.package ?? lock.packages ?? []).map((value) => {
    const { name, version, files, sdist, wheels } = readValue(Package, value, path, "LOCKFILE_INVALID");
    // Poetry before 1.3 and PDM before 2.8 list all files at the end.
    const atEnd = lock.metadata.files[name] ?? lock.metadata.files[`${name} ${version}`] ?? [];
    const all = [...files, ...(sdist === undefined ? [] : [sdist]), ...wheels, ...atEnd];
    return { name: pypiName(name), version, anyOf: all.flatMap(hashesOfFile) };
  });
}

function hashesOfFile({ hash, hashes }: z.infer<typeof File>): LockedHash[] {
  return [hash ?? "", `sha256:${hashes?.["sha256"] ?? ""}`].flatMap(sha256Of);
}

const Pipfile = z.record(z.string(), z.record(z.string(), z.unknown()));
const PipfileEntry = z.object({ version: z.string().default(""), hashes: z.array(z.string()).default([]) });

/** The archives of a `Pipfile.lock`. @throws GateError LOCKFILE_INVALID */
export function archivesOfPipfileLock(path: string, text: string): LockedArchive[] {
  const { _meta, ...categories } = readValue(Pipfile, parseJson(path, text, 64), path, "LOCKFILE_INVALID");
  const entries = Object.values(categories).flatMap((category) => Object.entries(category));
  return entries.map(([name, value]) => {
    const { version, hashes } = readValue(PipfileEntry, value, path, "LOCKFILE_INVALID");
    return { name: pypiName(name), version: version.replace(/^===?\s*/, ""), anyOf: hashes.flatMap(sha256Of) };
  });
}

/** `sha256:<hex>`, the one algorithm that an index states too. */
export function sha256Of(text: string): LockedHash[] {
  const [, hex] = /^sha256:([0-9a-fA-F]{64})$/.exec(text.trim()) ?? [];
  const hash = hex === undefined ? undefined : hashOfHex("sha256", hex);
  return hash === undefined ? [] : [hash];
}
