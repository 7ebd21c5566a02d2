import type { Waiver } from "../../schemas/waivers.ts";
import type { ImportDefaults, Imported, Loss } from "./format.ts";

type Unplaced = Omit<Waiver, "where">;

/** A waiver for each package in which an advisory was found: a format that names no package would cover every one. */
export function placed(waiver: Unplaced, id: string, index: number, { places }: ImportDefaults): Imported {
  const purls = places(id);
  if (purls.length > 0) return { waivers: purls.map((purl) => withPlace(waiver, { purl })), losses: [] };
  const why = `${id}: names no package, and none was found with it: give the results of a run (--out)`;
  return { waivers: [], losses: [{ waiver: index, what: "not-read", why }] };
}

/** A waiver with its keys in the order in which they are written. */
export function withPlace({ what, reason, ...rest }: Unplaced, where: NonNullable<Waiver["where"]>): Waiver {
  return { what, where, reason, ...rest };
}

/** The name and version of a purl of that type; undefined for another type, or one without a version. */
export function packageIn(purl: string | undefined, type: string): { name: string; version: string } | undefined {
  const match = new RegExp(`^pkg:${type}/(.+)@([^@/]+)$`).exec(purl ?? "");
  if (match === null) return undefined;
  return { name: decodeURIComponent(match[1] as string), version: decodeURIComponent(match[2] as string) };
}

/** Everything of several ways through, in order. */
export function joined(parts: readonly Imported[]): Imported {
  return { waivers: parts.flatMap(({ waivers }) => waivers), losses: parts.flatMap(({ losses }) => losses) };
}

/** A waiver that a format has no words for. */
export function unsaid(index: number, why: string): Loss {
  return { waiver: index, what: "not-written", why };
}
