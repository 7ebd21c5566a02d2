import { TextDecoder } from "node:util";
import { GateError } from "../../../schemas/error.ts";
import type { StagedCopy } from "../../../schemas/step.ts";

/** Turns a file's bytes, piece by piece, into those that the tool reads. */
export interface Transform {
  next(chunk: Buffer): Buffer;
  end(): Buffer;
}

/** @throws GateError SOURCE_INVALID (from `next` or `end`) when UTF-16 text has no byte order mark. */
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
  return {
    next(chunk) {
      if (decoder !== undefined) return Buffer.from(decoder.decode(chunk, { stream: true }));
      head = Buffer.concat([head, chunk]);
      if (head.length < 2) return NOTHING;
      decoder = new TextDecoder(encodingOf(head, path));
      return Buffer.from(decoder.decode(head, { stream: true }));
    },
    end() {
      return Buffer.from((decoder ?? new TextDecoder(encodingOf(head, path))).decode());
    },
  };
}

function encodingOf(head: Buffer, path: string): "utf-16le" | "utf-16be" {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  throw new GateError("SOURCE_INVALID", `${path}: found no byte order mark, expected one of UTF-16`);
}
