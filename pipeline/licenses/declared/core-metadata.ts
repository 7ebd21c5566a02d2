import { posix } from "node:path";
import { type Declared, type Metadata, stated } from "./declared.ts";

const FIELDS: ReadonlySet<string> = new Set(["license-expression", "license"]);

/**
 * What `PKG-INFO` or a wheel's `METADATA` declares: licence fields, licence classifiers, and licence files; `path` is its own place. A field of
 * several lines is a licence text that the scanner has to read.
 */
export function declaredInCoreMetadata(path: string, text: string): Metadata {
  const declared: Declared[] = [];
  const licenseFiles: string[] = [];
  const texts: { path: string; text: string }[] = [];
  const name = posix.basename(path);
  for (const [field, value] of headersOf(text)) {
    const known = field.toLowerCase();
    if (FIELDS.has(known) && value.includes("\n")) texts.push({ path: `${path}#${field}`, text: `${value}\n` });
    else if (FIELDS.has(known) && value !== "" && value.toUpperCase() !== "UNKNOWN") {
      declared.push(stated(value, `${name}#${field}`));
    }
    if (known === "classifier" && value.startsWith("License ::")) declared.push(stated(value, `${name}#${field}`));
    if (known === "license-file") licenseFiles.push(...placesOf(posix.dirname(path), value));
  }
  return { declared, licenseFiles, texts };
}

/** In a source archive below the root; in a wheel below `licenses/` beside METADATA, in older ones beside it. */
function placesOf(folder: string, file: string): string[] {
  return folder === "." ? [file] : [`${folder}/licenses/${file}`, `${folder}/${file}`];
}

/** The headers of a message: a line that begins with a blank goes on with the one before; a blank line ends them. */
function headersOf(text: string): [string, string][] {
  const headers: [string, string][] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === "") break;
    const last = headers.at(-1);
    const [, field, value = ""] = /^([A-Za-z-]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (/^[ \t]/.test(line) && last !== undefined) last[1] += `\n${line.trim().replace(/^\|\s*/, "")}`;
    else if (field !== undefined) headers.push([field, value.trim()]);
  }
  return headers;
}
