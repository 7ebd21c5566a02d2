import type { Ecosystem } from "../../../schemas/common.ts";
import type { DownloadWorld } from "../download.ts";
import type { WantedArchive } from "../wanted.ts";
import { getCrate } from "./crates.ts";
import { getGoModule } from "./go.ts";
import { getNpm } from "./npm.ts";
import { getPython } from "./pypi.ts";
import type { Registries } from "./registries.ts";

/** Gets the archive that is wanted, unverified. @throws Unavailable */
export type RegistryClient = (wanted: WantedArchive, registries: Registries, world: DownloadWorld) => Promise<Buffer>;

/** The ecosystems whose registries are asked. */
export const REGISTRY_CLIENTS: Readonly<Partial<Record<Ecosystem, RegistryClient>>> = {
  npm: getNpm,
  "crates.io": getCrate,
  Go: getGoModule,
  PyPI: getPython,
};
