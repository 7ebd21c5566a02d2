import { gzipSync } from "node:zlib";
import { type Zippable, zipSync } from "fflate";

export interface MadeEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** `0` a file, `1` and `2` links, `3` a device, `5` a folder. */
  readonly type?: string;
  readonly link?: string;
  /** Another size than the content's. */
  readonly size?: number;
}

/** A gzipped tar of these entries, with the two blocks of zeros at its end. */
export function tarGz(entries: readonly MadeEntry[]): Buffer {
  return gzipSync(Buffer.concat([...entries.map(tarEntry), Buffer.alloc(1024)]));
}

/** One entry: its header, and its content filled up to whole blocks. */
export function tarEntry({ name, content = "", type = "0", link = "", size }: MadeEntry): Buffer {
  const body = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write("0000644\0", 100);
  header.write(`${(size ?? body.length).toString(8).padStart(11, "0")}\0`, 124);
  header.write("        ", 148);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

/** The same bytes so many times over, gzipped: members of gzip one after the other are one stream. */
export function repeatedGz(bytes: Buffer, times: number): Buffer {
  const member = gzipSync(bytes);
  return Buffer.concat(Array.from({ length: times }, () => member));
}

/** A zip of these files; `links` are names that are symlinks to their content. */
export function zipOf(files: Readonly<Record<string, string>>, links: readonly string[] = []): Buffer {
  const entries: Zippable = {};
  for (const [name, content] of Object.entries(files)) {
    const mode = links.includes(name) ? 0o120_777 : 0o100_644;
    entries[name] = [Buffer.from(content), { os: 3, attrs: (mode << 16) >>> 0, mtime: "1980-01-02T00:00:00Z" }];
  }
  return Buffer.from(zipSync(entries));
}
