import { cutSecret } from "./cut-secret.ts";
import { type Finder, type Found, finderOf } from "./finder.ts";
import type { Secret } from "./secret.ts";

/** Puts a mark in a secret's place, in whatever is to leave the machine. What holds no secret comes back as it is. */
export interface Scrubber {
  text(text: string): string;
  bytes(bytes: Buffer): Buffer;
  /** Every string of a JSON value, its keys too; the very same value when nothing in it is a secret. */
  value<T>(value: T): T;
}

/** Makes a scrubber for the secrets of a run; `values` are what its documents will be made of. */
export type MakeScrubber = (secrets: readonly Secret[], values: unknown) => Scrubber;

/**
 * A scrubber whose marks are numbered by the secrets that occur in `values`, so that two names that differ stay different: `secret-1-redacted`,
 * and `secret-redacted` for what occurs elsewhere only. Such characters alone are written by neither a purl nor a package name of any ecosystem in
 * another way, and a licence expression that could be parsed still can; with underscores where it could not.
 */
export function scrubberOf(secrets: readonly Secret[], values: unknown): Scrubber {
  if (secrets.length === 0) return UNTOUCHED;
  const finder = finderOf(secrets);
  const written = Buffer.from(JSON.stringify(values));
  const occurring = new Set(finder.find(written).map(({ secret }) => secret));
  const word = freeWord(written);
  const numbers = new Map([...occurring].sort((a, b) => a - b).map((secret, index) => [secret, index + 1]));
  const markOf = (secret: number) => {
    const number = numbers.get(secret);
    const parts = ["secret", ...(number === undefined ? [] : [String(number)]), word];
    return parts.join(isIdentifier(secrets[secret]) ? "-" : "_");
  };
  const bytes = (text: Buffer) => replaced(text, finder.find(text), markOf);
  const text = (from: string) => {
    const encoded = Buffer.from(from);
    const clean = bytes(encoded);
    return cutSecret(clean === encoded ? from : clean.toString("utf8"), secrets, markOf);
  };
  const inValue = (from: string, key: string) => (key === "pathBytes" ? inBase64(from, bytes) : text(from));
  const tailOnly = (from: string) => cutSecret(from, secrets, markOf);
  const isDirty = (value: unknown) => (value === values ? occurring.size > 0 : holds(finder, value));
  return { text, bytes, value: (value) => deep(value, "", isDirty(value) ? inValue : tailOnly) };
}

/** Changes nothing: for a run without secrets. */
export const UNTOUCHED: Scrubber = { text: (text) => text, bytes: (bytes) => bytes, value: (value) => value };

/** By SPDX, which is the strictest of those who read a name that the tree may state. */
function isIdentifier(secret: Secret | undefined): boolean {
  return /^[A-Za-z0-9.-]*$/.test(secret?.bytes.toString("latin1") ?? "");
}

/** A word that no mark in the values uses already: else two names could become one. */
function freeWord(written: Buffer): string {
  let word = "redacted";
  while (written.includes(`-${word}`) || written.includes(`_${word}`)) word += "x";
  return word;
}

function holds(finder: Finder, value: unknown): boolean {
  return value !== undefined && finder.find(Buffer.from(JSON.stringify(value))).length > 0;
}

/** Places that overlap are one; it gets the mark of the one that begins first, of two that begin together of the longer. */
function replaced(text: Buffer, found: readonly Found[], markOf: (secret: number) => string): Buffer {
  if (found.length === 0) return text;
  const pieces: Buffer[] = [];
  let done = 0;
  for (const { secret, start, end } of found) {
    if (start >= done) pieces.push(text.subarray(done, start), Buffer.from(markOf(secret)));
    done = Math.max(done, end);
  }
  return Buffer.concat([...pieces, text.subarray(done)]);
}

/** A name that is no UTF-8 is kept as base64 of its bytes, and must stay so. */
function inBase64(text: string, bytes: (text: Buffer) => Buffer): string {
  const name = Buffer.from(text, "base64");
  const clean = bytes(name);
  return clean === name ? text : clean.toString("base64");
}

type Clean = (text: string, key: string) => string;

function deep<T>(value: T, key: string, clean: Clean): T {
  return cleanValue(value, key, clean) as T;
}

function cleanValue(value: unknown, key: string, clean: Clean): unknown {
  if (typeof value === "string") return clean(value, key);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => cleanValue(item, key, clean));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value).map(
    ([name, item]) => [clean(name, ""), cleanValue(item, name, clean), name, item] as const,
  );
  if (entries.every(([cleanName, cleanItem, name, item]) => cleanName === name && cleanItem === item)) return value;
  return Object.fromEntries(entries);
}
