import type { Lockfile } from "../../../schemas/lockfile.ts";
import { type ElixirTerm, elixirString, elixirTermOf } from "./elixir-term.ts";
import { type Found, gapOfOrigin, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";

/**
 * Reads `mix.lock`. A package has the name that Hex knows, which an alias (`hex: :name` in mix.exs) makes differ from its key.
 *
 * Nothing is `dev`: `only: :dev` stands in mix.exs.
 * @throws GateError LOCKFILE_INVALID
 */
export function readMixLock({ path, text }: LockfileInput): Lockfile {
  const content = text.replace(/^\uFEFF/, "");
  if (content.trim() === "") throw lockfileInvalid(path, "an empty file", "an Elixir map");
  const term = elixirTermOf(path, content);
  if (!content.trimStart().startsWith("%{") || typeof term === "string") {
    throw lockfileInvalid(path, "no map", "an Elixir map: %{…}");
  }
  const found: Found = { packages: [], gaps: [] };
  const seen = new Set<string>();
  for (let at = 0; at < term.length; at += 2) {
    const key = keyOf(term[at]);
    const value = term[at + 1];
    if (key === undefined || value === undefined || typeof value === "string") {
      throw lockfileInvalid(path, `the entry "${key ?? String(term[at])}"`, '"<name>": {:hex, …}');
    }
    if (seen.has(key)) throw lockfileInvalid(path, `the key "${key}" twice`, "each key once");
    seen.add(key);
    addEntry(path, key, value, found);
  }
  return lockfileOf(path, "mix-lock", found);
}

function addEntry(path: string, key: string, [source, second, third]: readonly ElixirTerm[], found: Found): void {
  const text = elixirString(second);
  const version = elixirString(third);
  if (source === ":hex" && typeof second === "string" && second.startsWith(":") && version) {
    const name = elixirString(second.slice(1)) ?? second.slice(1);
    found.packages.push({ name, version, ecosystem: "Hex", dev: false, origin: "registry" });
    return;
  }
  const origin = source === ":git" ? "git" : source === ":path" ? "path" : undefined;
  if (origin === undefined || !text)
    throw lockfileInvalid(path, `the entry "${key}"`, "{:hex, …}, {:git, …} or {:path, …}");
  const gap = gapOfOrigin(origin, key, origin === "git" ? `${text}#${version ?? ""}` : text);
  if (gap !== undefined) found.gaps.push(gap);
  found.packages.push({ name: key, version: "", ecosystem: "Hex", dev: false, origin });
}

/** `"name":`, `"name" =>`, `name:` or `:name =>`. */
function keyOf(token: ElixirTerm | undefined): string | undefined {
  if (typeof token !== "string") return undefined;
  return elixirString(token) ?? /^:?([\w@?!]+):?$/.exec(token)?.[1];
}
