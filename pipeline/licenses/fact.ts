import { createHash } from "node:crypto";
import type { LicenseFact, LockedHash } from "../../schemas/license-fact.ts";
import { digestOf } from "../findings/digest.ts";
import { hashText } from "./wanted.ts";

/** The digest of a fact: of everything in it but the digest. */
export function factDigest({ digest: _digest, ...content }: LicenseFact): string {
  return digestOf(content);
}

/** A fact with its digest. Half of a surrogate pair in a text of the archive's, which no canonical JSON has, becomes U+FFFD. */
export function sealed(fact: Omit<LicenseFact, "digest">): LicenseFact {
  const content = {
    ...fact,
    declared: fact.declared.map(({ raw, from }) => ({ raw: wellFormed(raw), from: wellFormed(from) })),
    files: fact.files.map((file) => ({ ...file, path: wellFormed(file.path) })),
    ignored: fact.ignored.map(({ path, reason }) => ({ path: wellFormed(path), reason })),
  };
  return { ...content, digest: digestOf(content) };
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** The name of a fact in a store: by package and by the hash that a lockfile states. */
export function factKey(purl: string, locked: LockedHash): string {
  return createHash("sha256")
    .update(`${purl}\n${hashText(locked)}`)
    .digest("hex");
}
