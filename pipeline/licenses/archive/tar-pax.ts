import { ArchiveRefused } from "./refused.ts";

/** What an entry in front says of the next one. */
export interface Named {
  readonly path?: string;
  readonly size?: number;
}

/** Reads the records of a pax header, `<length> <key>=<value>\n` each. @throws ArchiveRefused when they are damaged */
export function paxOf(content: Buffer): Named {
  const named: { path?: string; size?: number } = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString("latin1", at, space < 0 ? content.length : space));
    if (space < 0 || !Number.isInteger(length) || length <= space - at || at + length > content.length) {
      throw new ArchiveRefused("a damaged pax header");
    }
    const record = content.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    const value = record.slice(equals + 1);
    if (record.slice(0, equals) === "path") named.path = value;
    if (record.slice(0, equals) === "size") named.size = sizeOf(value);
    at += length;
  }
  return named;
}

function sizeOf(value: string): number {
  const size = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new ArchiveRefused("a damaged pax header");
  return size;
}
