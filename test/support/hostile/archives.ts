import { deflateRawSync, gzipSync } from "node:zlib";
import { makeZip } from "../../advisories/zip.ts";
import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";

const head = (hex: string): Buffer => Buffer.concat([Buffer.from(hex, "hex"), Buffer.alloc(64)]);

/** First bytes of the formats that hold other files, or one file in another form. */
const MAGIC: Readonly<Record<string, Uint8Array>> = {
  "a.zip": zipOf("inner.txt", TOKEN_LINE),
  "empty.zip": Buffer.concat([Buffer.from("504b0506", "hex"), Buffer.alloc(18)]),
  "renamed.txt": zipOf("inner.txt", TOKEN_LINE),
  "behind-a-script.sh": Buffer.concat([Buffer.from("#!/usr/bin/env python3\n"), zipOf("__main__.py", TOKEN_LINE)]),
  "a.txt.gz": gzipSync(TOKEN_LINE),
  "a.tar": tarOf("inner.txt", TOKEN_LINE),
  "a.bz2": head("425a6839314159265359"),
  "a.xz": head("fd377a585a00"),
  "a.zst": head("28b52ffd"),
  "a.7z": head("377abcaf271c"),
  "a.rar": head("526172211a0700"),
  "a.lz4": head("04224d18"),
  "a.lz": head("4c5a495001"),
  "a.Z": head("1f9d90"),
  "a.cab": head("4d53434600000000"),
  "a.a": Buffer.from("!<arch>\n"),
  "a.cpio": Buffer.from(`070701${"0".repeat(104)}`),
  "a.rpm": head("edabeedb0300"),
};

/** What lies in an archive is scanned by none of the tools. */
export const ARCHIVES: Hostile = {
  name: "archives of every sort, whatever they are called",
  make({ root }) {
    for (const [name, content] of Object.entries(MAGIC)) put(root, `archives/${name}`, content);
  },
  unscanned: Object.fromEntries(Object.keys(MAGIC).map((name) => [`archives/${name}`, "archive"])),
};

/** Small files that become gigabytes in a tool that unpacks them, and one that unpacks to itself for ever. */
export const BOMBS: Hostile = {
  name: "archives that unpack to gigabytes",
  make({ root }) {
    const content = Buffer.alloc(32 * 1024 * 1024);
    const packed = deflateRawSync(content);
    const zeros = (name: string) => ({ name, content: Buffer.alloc(0), packed, method: 8, size: content.length });
    put(root, "bombs/one.gz", gzipSync(gzipSync(content)));
    put(root, "bombs/one.zip", makeZip(Array.from({ length: 100 }, (_, index) => zeros(`${index}.bin`))));
    put(root, "bombs/one.jar", makeZip([zeros("META-INF/MANIFEST.MF")]));
    put(root, "bombs/one.whl", makeZip([zeros("one.dist-info/METADATA")]));
    put(root, "bombs/upwards.zip", zipOf("../../../escaped.txt", "x"));
    put(root, "bombs/upwards.tar", tarOf("../../../escaped.txt", "x"));
  },
  unscanned: Object.fromEntries(
    ["one.gz", "one.zip", "one.jar", "one.whl", "upwards.zip", "upwards.tar"].map((name) => [
      `bombs/${name}`,
      "archive",
    ]),
  ),
};

function zipOf(name: string, text: string): Buffer {
  return Buffer.from(makeZip([entry(name, Buffer.from(text))]));
}

function entry(name: string, content: Buffer) {
  return { name, content, packed: deflateRawSync(content), method: 8 };
}

/** One file, in the old form of tar that every reader knows. */
function tarOf(name: string, text: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, Buffer.from(text), Buffer.alloc(512 - text.length + 1024)]);
}
