import type { Inventory } from "../../schemas/inventory.ts";
import { isInstalled } from "./installed.ts";

/** Lockfiles of formats that no reader of ours understands: what they lock is unknown, never clean. Sorted, without installed dependencies. */
export function unreadLockfiles(inventory: Inventory): string[] {
  const installed = isInstalled(inventory);
  return inventory.files
    .filter(({ path, manifest }) => manifest !== undefined && LOCKS.test(manifest) && !installed(path))
    .map(({ path }) => path);
}

const LOCKS =
  /(\.lock|\.lockb|\.locked|\.lockfile|[.-]lock\.(json|ya?ml|toml|hcl)|\.lock\.(json|hcl)|\.resolved|\.freeze)$|^(pylock.*\.toml|Manifest\.toml|verification-metadata\.xml)$/i;
