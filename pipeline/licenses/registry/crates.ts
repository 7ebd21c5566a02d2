import { z } from "zod";
import { type DownloadWorld, getBytes } from "../download.ts";
import { Unavailable } from "../unavailable.ts";
import type { WantedArchive } from "../wanted.ts";
import { partOfAddress } from "./address.ts";
import type { Registries } from "./registries.ts";

const Config = z.looseObject({ dl: z.string() });

const CONFIG_BYTES = 64 * 1024;

/**
 * Gets a crate's archive from where the index of its registry says: the caller's index, else the one that Cargo.lock names.
 * @throws Unavailable
 */
export async function getCrate(wanted: WantedArchive, registries: Registries, world: DownloadWorld): Promise<Buffer> {
  const config = await configOf(indexOf(wanted.source ?? "", registries["crates.io"]), world);
  return await getBytes(addressOf(config, wanted), world);
}

/** The registry itself is named by its old index, a repository called `<host>-index`; its index today is `index.<host>`. */
function indexOf(source: string, configured: URL | null): URL {
  const [, kind, address] = /^(registry|sparse)\+(.+)$/.exec(source) ?? [];
  const host = kind === "registry" ? /\/([a-z0-9.-]+)-index(?:\.git)?\/?$/.exec(address ?? "")?.[1] : undefined;
  if (configured !== null && (host !== undefined || kind === "sparse")) return configured;
  const index = host === undefined ? address?.replace(/\/*$/, "/") : `https://index.${host}/`;
  if (kind !== undefined && index !== undefined && URL.canParse(index)) return new URL(index);
  throw new Unavailable("not-registry", "Cargo.lock names a registry that has no address");
}

const configs = new WeakMap<DownloadWorld, Map<string, Promise<string>>>();

/** The index's `dl`, asked for once. */
function configOf(index: URL, world: DownloadWorld): Promise<string> {
  const known = configs.get(world) ?? new Map<string, Promise<string>>();
  configs.set(world, known);
  const config = known.get(index.href) ?? askConfig(index, world);
  known.set(index.href, config);
  return config;
}

async function askConfig(index: URL, world: DownloadWorld): Promise<string> {
  const bytes = await getBytes(new URL("config.json", index), { ...world, maxBytes: CONFIG_BYTES });
  try {
    return Config.parse(JSON.parse(bytes.toString("utf8"))).dl;
  } catch (cause) {
    throw new Unavailable("network", `${index.origin}: an index without a readable config.json`, { cause });
  }
}

function addressOf(dl: string, { name, version, anyOf }: WantedArchive): URL {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) throw new Unavailable("not-found", "no registry has a crate of such a name");
  const values: Readonly<Record<string, string>> = {
    "{crate}": name,
    "{version}": partOfAddress(version),
    "{prefix}": prefixOf(name),
    "{lowerprefix}": prefixOf(name.toLowerCase()),
    "{sha256-checksum}": anyOf[0]?.value ?? "",
  };
  const isTemplate = Object.keys(values).some((word) => dl.includes(word));
  const template = isTemplate ? dl : `${dl}/{crate}/{version}/download`;
  const address = template.replace(/\{[a-z0-9-]+\}/g, (word) => values[word] ?? word);
  if (URL.canParse(address)) return new URL(address);
  throw new Unavailable("network", "an index whose config.json names no address");
}

function prefixOf(name: string): string {
  if (name.length < 3) return String(name.length);
  return name.length === 3 ? `3/${name[0]}` : `${name.slice(0, 2)}/${name.slice(2, 4)}`;
}
