import { aliasOf, splitDescriptor } from "../../plan/manifests/npm-spec.ts";
import { hashesOfIntegrity, hashOfHex } from "../integrity.ts";
import type { LockedArchive } from "./locked-archive.ts";

/**
 * The archives of a `yarn.lock` of version 1 that our reader has read: `integrity`, or the SHA-1 behind the address. Yarn 2 and later
 * states hashes of archives of its own making, which no registry has.
 */
export function archivesOfYarnLock(text: string): LockedArchive[] {
  const entries = text.replace(/\r\n/g, "\n").split(/\n(?=\S)/);
  return entries.flatMap((entry) => {
    const head = /^"?([^",:\s]+(?::[^",\s]+)?)[",:]/.exec(entry)?.[1];
    const version = fieldOf(entry, "version");
    if (head === undefined || version === undefined) return [];
    const { name, range } = splitDescriptor(head);
    const resolved = fieldOf(entry, "resolved") ?? "";
    const hashes = hashesOfIntegrity(fieldOf(entry, "integrity") ?? "");
    const sha1 = hashOfHex("sha1", /#([0-9a-f]{40})$/.exec(resolved)?.[1] ?? "");
    const anyOf = hashes.length > 0 || sha1 === undefined ? hashes : [sha1];
    return [{ name: aliasOf(range)?.name ?? name, version, source: resolved.replace(/#.*$/, ""), anyOf }];
  });
}

function fieldOf(entry: string, name: string): string | undefined {
  return new RegExp(`^  ${name} "?([^"\\n]+?)"?$`, "m").exec(entry)?.[1];
}
