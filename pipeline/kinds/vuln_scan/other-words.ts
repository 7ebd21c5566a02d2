import { z } from "zod";
import { OsvVulnerability } from "../../../schemas/osv-scanner.ts";
import { readJson } from "../../../schemas/read.ts";
import type { AdvisoryReader } from "../kind.ts";

/** A record of a report that is not the snapshot's: the first place in which they differ, with the JSON text of both there, null where there is none. */
export const OtherWords = z.strictObject({
  ecosystem: z.string(),
  id: z.string(),
  place: z.string(),
  found: z.string().nullable(),
  expected: z.string().nullable(),
});
export type OtherWords = z.infer<typeof OtherWords>;

/**
 * Holds a record that the scanner reports against the one in the snapshot, both read by one schema; null when they say the same.
 * @throws GateError DOCUMENT_INVALID, or ADVISORIES_INVALID when the snapshot can't be read
 */
export function otherWords(
  { ecosystem, ...found }: OsvVulnerability & { ecosystem: string },
  advisory: AdvisoryReader,
): OtherWords | null {
  const { id } = found;
  const text = advisory(ecosystem, id);
  if (text === null) return { ecosystem, id, place: "id", found: short(id), expected: null };
  const expected = plain(readJson(OsvVulnerability, text, `advisory snapshot: ${ecosystem}`));
  const place = firstDifference(plain(found), expected, "");
  return place === null ? null : { ecosystem, id, ...place };
}

/** The record in one of the ways in which it can be written: osv-scanner leaves out what is empty, sorts events, and shortens times. */
function plain({ modified, published, withdrawn, affected, references, ...rest }: OsvVulnerability): unknown {
  return withoutEmpty({
    ...rest,
    modified: timeOf(modified),
    published: timeOf(published),
    withdrawn: timeOf(withdrawn),
    affected: affected?.map(({ ranges, ...entry }) =>
      withoutEmpty({
        ...entry,
        ranges: ranges?.map(({ type, events = [] }) => ({ type, events: sorted(events.map(withoutEmpty)) })),
      }),
    ),
    // NONE is what it leaves out, too.
    references: references?.map(({ type, url }) => ({ url, ...(type === "NONE" ? {} : { type }) })),
  });
}

function withoutEmpty(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isEmpty = (part: unknown) => part === undefined || part === "" || (Array.isArray(part) && part.length === 0);
  return Object.fromEntries(Object.entries(value).filter(([, part]) => !isEmpty(part)));
}

function sorted(events: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  const keyed = events.map((event) => [JSON.stringify(Object.entries(event).sort()), event] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, event]) => event);
}

/** A moment to the nanosecond: `…:02.500Z` and `…:02.5+00:00` are the same one. */
function timeOf(text: string | undefined): string | undefined {
  const [, before, fraction = "", zone] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text ?? "") ?? [];
  const seconds = Date.parse(`${before}${zone}`);
  return Number.isNaN(seconds) ? text : `${seconds / 1000}.${fraction.replace(/0+$/, "")}`;
}

type Place = Pick<OtherWords, "place" | "found" | "expected">;

function firstDifference(found: unknown, expected: unknown, place: string): Place | null {
  if (!isContainer(found) || !isContainer(expected) || Array.isArray(found) !== Array.isArray(expected)) {
    return Object.is(found, expected) ? null : { place, found: short(found), expected: short(expected) };
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const inner = Array.isArray(expected) ? `${place}[${key}]` : `${place}.${key}`;
    const difference = firstDifference(partOf(found, key), partOf(expected, key), inner.replace(/^\./, ""));
    if (difference !== null) return difference;
  }
  return null;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function partOf(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

const SHOWN = 200;

/** What is told of a value: the report is the work of somebody else, and may be long or deep. */
function short(value: unknown): string | null {
  if (value === undefined) return null;
  if (isContainer(value)) return Array.isArray(value) ? `a list of ${value.length}` : "an object";
  // No half of a pair at the end: it is no Unicode.
  return JSON.stringify(value)
    .slice(0, SHOWN)
    .replace(/[\ud800-\udbff]$/, "");
}
