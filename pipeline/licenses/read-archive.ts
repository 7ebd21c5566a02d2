import { createHash } from "node:crypto";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import type { ArchiveLimits } from "./archive/limits.ts";
import { ArchiveRefused } from "./archive/refused.ts";
import { type Unpacked, unpack } from "./archive/unpack.ts";
import type { ArchiveForm } from "./forms.ts";
import { isAtRoot, isLicenseName } from "./license-file.ts";

/** What an archive says of its licence, before the scanner looked. */
export interface ArchiveRead extends Pick<LicenseFact, "declared" | "ignored" | "ignoredCounts"> {
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly content: Buffer }[];
}

/**
 * Reads metadata and licence files out of an archive, in memory.
 * @throws ArchiveRefused when it is hostile, damaged, or has no metadata that can be read
 */
export async function readArchive(archive: Buffer, form: ArchiveForm, limits: ArchiveLimits): Promise<ArchiveRead> {
  const first = await unpack(archive, { strip: form.strip, take: (path) => takeOf(path, form) }, limits);
  const declared = [];
  const named: string[] = [];
  const texts = new Map<string, Buffer>();
  for (const [path, content] of first.files) {
    if (!form.isManifest(path)) continue;
    const metadata = form.read(path, content.toString("utf8"));
    if (metadata === undefined) throw new ArchiveRefused(`${path} can't be read`);
    declared.push(...metadata.declared);
    named.push(...metadata.licenseFiles);
    for (const { path: place, text } of metadata.texts ?? []) texts.set(place, Buffer.from(text));
  }
  const more = new Set(named.filter((path) => !first.files.has(path)));
  const files = new Map([...first.files, ...texts]);
  if (more.size > 0) {
    const take = (path: string) => (more.has(path) ? "keep" : "pass");
    for (const [path, content] of (await unpack(archive, { strip: form.strip, take }, limits)).files) {
      files.set(path, content);
    }
  }
  return {
    declared,
    files: licenseFiles(files, form),
    ignored: [...first.ignored],
    ignoredCounts: first.ignoredCounts,
  };
}

function takeOf(path: string, form: ArchiveForm): "keep" | "below-root" | "pass" {
  if (form.isManifest(path)) return "keep";
  const isInLicenses = /^(?:[^/]+\.dist-info\/)?licen[cs]es\//i.test(path) && isAtRoot(path);
  if (!isInLicenses && !isLicenseName(path.slice(path.lastIndexOf("/") + 1))) return "pass";
  return isAtRoot(path) ? "keep" : "below-root";
}

function licenseFiles(files: Unpacked["files"], form: ArchiveForm): ArchiveRead["files"] {
  const sorted = [...files].filter(([path]) => !form.isManifest(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([path, content]) => ({
    path,
    content,
    sha256: createHash("sha256").update(content).digest("hex"),
  }));
}
