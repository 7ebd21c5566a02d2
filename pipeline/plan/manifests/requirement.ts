import { posix } from "node:path";
import type { LockedPackage } from "../../../schemas/lockfile.ts";
import { pypiName } from "./pypi-name.ts";
import { lockfileInvalid } from "./reader.ts";

/** One requirement of PEP 508, or a bare URL or path as pip takes it. */
export interface Requirement {
  /** Normalised; undefined where only a path or URL is given that doesn't say. */
  readonly name: string | undefined;
  /** The exact version; "" where none is stated. */
  readonly version: string;
  /** Version specifiers as written, without markers. */
  readonly range: string;
  readonly origin: LockedPackage["origin"];
  /** The URL or path, or the range. */
  readonly source: string;
}

const NAMED = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/;
const SPECIFIER = /^(===|==|~=|!=|<=|>=|<|>)\s*([^\s=<>!~][^\s=<>~]*)$/;

/** Reads one requirement. @throws GateError LOCKFILE_INVALID where pip would refuse the line too. */
export function requirementOf(place: string, text: string): Requirement {
  const direct = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/|file:|\.{0,2}\/|~\/|\.{1,2}(?:$|\[))/.test(text);
  if (direct || /^[^\s;@=<>~!]+\.(?:whl|tar\.gz|zip)$|^[^\s;@=<>~!]+\//.test(text)) {
    return ofSource(undefined, withoutMarker(text));
  }
  const [, name, rest = ""] = NAMED.exec(text) ?? [];
  if (name === undefined) throw lockfileInvalid(place, `"${text}"`, "a requirement (name, version, marker)");
  if (rest.startsWith("@")) return ofSource(pypiName(name), withoutMarker(rest.slice(1).trim()));
  const range = (rest.split(";", 1)[0] ?? "").trim().replace(/^\((.*)\)$/, "$1");
  const specifiers =
    range === ""
      ? []
      : range
          .replace(/,\s*$/, "")
          .split(",")
          .map((each) => each.trim());
  let version = "";
  for (const specifier of specifiers) {
    const [, operator, value = ""] = SPECIFIER.exec(specifier) ?? [];
    // A variable is for the environment of the machine that installs.
    if (operator === undefined && !specifier.includes("${")) {
      throw lockfileInvalid(place, `"${text}"`, "version specifiers such as ==1.2.3");
    }
    const exact = operator === "===" || (operator === "==" && !value.endsWith(".*"));
    if (exact && !value.includes("${")) version = value;
  }
  return { name: pypiName(name), version, range, origin: "registry", source: range };
}

function withoutMarker(source: string): string {
  return (source.split(/\s+;|;\s/, 1)[0] ?? "").trim();
}

function ofSource(named: string | undefined, source: string): Requirement {
  const [place = "", fragment = ""] = source.split("#", 2);
  const egg = /(?:^|&)egg=([A-Za-z0-9._-]+)/.exec(fragment)?.[1];
  const isVersionControl = /^(?:git|hg|svn|bzr)\+/.test(source);
  const isUrl = /^(?:https?|ftp):/.test(source);
  const archive = isVersionControl ? undefined : archiveOf(place);
  const name = named ?? egg ?? archive?.name;
  return {
    name: name === undefined ? undefined : pypiName(name),
    version: archive?.version ?? "",
    range: "",
    origin: isVersionControl ? "git" : isUrl ? "url" : "path",
    source,
  };
}

/** Name and version as the file name of a wheel or source archive states them. */
function archiveOf(place: string): { readonly name: string; readonly version: string } | undefined {
  const file = posix.basename(place.split("?", 1)[0] ?? "").replace(/%2B/gi, "+");
  const stem = file.replace(/\.(?:whl|tar\.gz|tar\.bz2|zip)$/, "");
  const parts = stem.split("-");
  const at = file.endsWith(".whl") ? 1 : parts.length - 1;
  const [name, version] = [parts.slice(0, at).join("-"), parts[at] ?? ""];
  const stated = stem !== file && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && /^\d+\.[0-9A-Za-z.!+_]*$/.test(version);
  return stated ? { name, version } : undefined;
}
