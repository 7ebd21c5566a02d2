import { type DownloadWorld, getBytes } from "../download.ts";
import { Unavailable } from "../unavailable.ts";
import type { WantedArchive } from "../wanted.ts";
import { addressBelow } from "./address.ts";
import type { Registries } from "./registries.ts";

/**
 * Gets an npm package's archive from the caller's registry (npm puts it in the place of the lockfile's too), then from where the lockfile says.
 * @throws Unavailable
 */
export async function getNpm(wanted: WantedArchive, { npm }: Registries, world: DownloadWorld): Promise<Buffer> {
  const { name, version, source = "" } = wanted;
  const stated = URL.canParse(source) ? new URL(source) : undefined;
  const parts = [...name.split("/"), "-", `${name.slice(name.lastIndexOf("/") + 1)}-${version}.tgz`];
  const places = [npm === null ? undefined : addressBelow(npm, parts), stated].filter((place) => place !== undefined);
  const [first, second] = places;
  if (first === undefined) throw new Unavailable("network", "no npm registry is configured");
  try {
    return await getBytes(first, world);
  } catch (error) {
    const elsewhere = second !== undefined && second.href !== first.href;
    if (!(error instanceof Unavailable) || error.reason !== "not-found" || !elsewhere) throw error;
    return await getBytes(second, world);
  }
}
