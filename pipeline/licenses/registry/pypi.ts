import { z } from "zod";
import { type DownloadWorld, getBytes } from "../download.ts";
import { Unavailable } from "../unavailable.ts";
import type { WantedArchive } from "../wanted.ts";
import { addressBelow } from "./address.ts";
import type { Registries } from "./registries.ts";

/** A project in the Simple API's JSON form (PEP 691). */
const Project = z.looseObject({
  files: z.array(
    z.looseObject({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()),
      size: z.int().nonnegative().optional(),
    }),
  ),
});
type File = z.infer<typeof Project>["files"][number];

const INDEX_BYTES = 64 * 2 ** 20;

/**
 * Gets one of the files that the lockfile allows from the caller's index: the source if there is one, else the smallest wheel.
 * @throws Unavailable
 */
export async function getPython(
  { name, anyOf }: WantedArchive,
  { PyPI: index }: Registries,
  world: DownloadWorld,
): Promise<Buffer> {
  if (index === null) throw new Unavailable("network", "no PyPI index is configured");
  const page = new URL(`${addressBelow(index, [name]).href}/`);
  const bytes = await getBytes(page, { ...world, maxBytes: INDEX_BYTES }, "application/vnd.pypi.simple.v1+json");
  const locked = new Set(anyOf.map(({ value }) => value));
  const files = projectOf(bytes, page).files.filter(({ hashes }) => locked.has(hashes["sha256"] ?? ""));
  const [best] = files.filter(({ filename }) => RANKS.some((rank) => rank.test(filename))).sort(byRank);
  if (best === undefined || !URL.canParse(best.url, page.href)) {
    throw new Unavailable("not-found", `the index has ${files.length} files with a locked hash, none of them readable`);
  }
  return await getBytes(new URL(best.url, page), world);
}

const RANKS = [/\.tar\.gz$|\.tgz$/, /\.zip$/, /\.whl$/];

function byRank(a: File, b: File): number {
  const [left, right] = [a, b].map(({ filename }) => RANKS.findIndex((rank) => rank.test(filename)));
  if (left !== right) return (left ?? 0) - (right ?? 0);
  const sizes = (a.size ?? Number.MAX_SAFE_INTEGER) - (b.size ?? Number.MAX_SAFE_INTEGER);
  return sizes !== 0 ? sizes : a.filename < b.filename ? -1 : 1;
}

function projectOf(bytes: Buffer, page: URL) {
  try {
    return Project.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new Unavailable("network", `${page.origin}: an index without the Simple API's JSON form`, { cause });
  }
}
