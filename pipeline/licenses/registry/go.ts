import { type DownloadWorld, getBytes } from "../download.ts";
import { Unavailable } from "../unavailable.ts";
import type { WantedArchive } from "../wanted.ts";
import { addressBelow } from "./address.ts";
import type { Registries } from "./registries.ts";

/**
 * Gets a module's zip from the caller's proxies, in their order. What GONOPROXY matches is asked of none of them.
 * @throws Unavailable
 */
export async function getGoModule(
  { name, version }: WantedArchive,
  { Go: proxies, goPrivate }: Registries,
  world: DownloadWorld,
): Promise<Buffer> {
  if (goPrivate.some((pattern) => fits(name, pattern))) {
    throw new Unavailable("not-registry", "GONOPROXY keeps it from every proxy");
  }
  const parts = [...escaped(name).split("/"), "@v", `${escaped(`v${version}`)}.zip`];
  let error = new Unavailable("network", "no Go proxy is configured");
  for (const proxy of proxies) {
    try {
      return await getBytes(addressBelow(proxy, parts), world);
    } catch (cause) {
      if (!(cause instanceof Unavailable)) throw cause;
      error = cause;
    }
  }
  throw error;
}

/** A proxy keeps files on disks that may not tell case apart. */
function escaped(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
}

/** Go's match of a pattern with the path's first parts; `*` stands for anything within a part. */
function fits(name: string, pattern: string): boolean {
  const parts = pattern.split("/");
  const own = name.split("/").slice(0, parts.length);
  return own.length === parts.length && parts.every((part, index) => partFits(own[index] as string, part));
}

/** Without a regular expression: many stars in one would take for ever. */
function partFits(text: string, pattern: string): boolean {
  const [first = "", ...more] = pattern.split("*");
  if (more.length === 0) return text === first;
  const last = more.pop() ?? "";
  if (!text.startsWith(first) || !text.slice(first.length).endsWith(last)) return false;
  let at = first.length;
  for (const piece of more) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > text.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}
