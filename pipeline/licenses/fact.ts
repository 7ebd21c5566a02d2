import { createHash } from "node:crypto";
import type { LicenseFact, LockedHash } from "../../schemas/license-fact.ts";
import { digestOf } from "../findings/digest.ts";
import { hashText } from "./wanted.ts";

/** The digest of a fact: of everything in it but the digest. */
export function factDigest({ digest: _digest, ...content }: LicenseFact): string {
  return digestOf(content);
}

/** A fact with its digest. */
export function sealed(content: Omit<LicenseFact, "digest">): LicenseFact {
  return { ...content, digest: digestOf(content) };
}

/** The name of a fact in a store: by package and by the hash that a lockfile states. */
export function factKey(purl: string, locked: LockedHash): string {
  return createHash("sha256")
    .update(`${purl}\n${hashText(locked)}`)
    .digest("hex");
}
