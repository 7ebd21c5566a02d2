import type { Lockfile } from "../../schemas/lockfile.ts";

/** Package versions of the lockfile that the ecosystem's registry has: nothing else can be looked up. */
export function lookedUp({ packages }: Lockfile): Lockfile["packages"] {
  return packages.filter(({ origin, version }) => origin === "registry" && version !== "");
}
