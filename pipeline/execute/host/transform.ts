import { TextDecoder } from "node:util";
import { GateError } from "../../../schemas/error.ts";
import type { StagedCopy } from "../../../schemas/step.ts";
import { encodingOf, HEAD_BYTES } from "../../tree/encoding.ts";

/** Turns a file's bytes, piece by piece, into those that the tool reads. */
export interface Transform {
  next(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** @throws GateError SOURCE_INVALID (from `next` or `end`) when the text is not UTF-16 by mark or by its zero bytes. */
export function transformOf(name: StagedCopy["transform"], path: string): Transform {
  return TRANSFORMS[name](path);
}

const TRANSFORMS = {
  none: () => ({ next: (chunk) => chunk, end: () => NOTHING }),
  "prefix-newline": prefixNewline,
  "utf-16-to-utf-8": utf16ToUtf8,
} as const satisfies Record<StagedCopy["transform"], (path: string) => Transform>;

const NOTHING = Buffer.alloc(0);

function prefixNewline(): Transform {
  let prefix = Buffer.from("\n");
  const take = (chunk: Buffer): Buffer => {
    const bytes = Buffer.concat([prefix, chunk]);
    prefix = NOTHING;
    return bytes;
  };
  return { next: take, end: () => take(NOTHING) };
}

function utf16ToUtf8(path: string): Transform {
  let head = NOTHING;
  let decoder: TextDecoder | undefined;
  const begin = (): Buffer => {
    decoder = new TextDecoder(wideEncodingOf(head, path));
    return Buffer.from(decoder.decode(head, { stream: true }));
  };
  return {
    next(chunk) {
      if (decoder !== undefined) return Buffer.from(decoder.decode(chunk, { stream: true }));
      head = Buffer.concat([head, chunk]);
      return head.length < HEAD_BYTES ? NOTHING : begin();
    },
    end() {
      const all = decoder === undefined ? begin() : NOTHING;
      return Buffer.concat([all, Buffer.from(decoder?.decode() ?? "")]);
    },
  };
}

/** By the very bytes and rules that the inventory went by. */
function wideEncodingOf(head: Buffer, path: string): "utf-16le" | "utf-16be" {
  const encoding = encodingOf(head.subarray(0, HEAD_BYTES));
  if (encoding === "utf-16le" || encoding === "utf-16be") return encoding;
  throw new GateError("SOURCE_INVALID", `${path}: found ${encoding}, expected UTF-16`);
}
