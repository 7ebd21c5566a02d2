import type { Ecosystem } from "../../schemas/common.ts";

/** What a package of an ecosystem is called, in the plural. */
export function unitOf(ecosystem: Ecosystem): string {
  return UNITS[ecosystem] ?? `${ecosystem} packages`;
}

const UNITS: Readonly<Partial<Record<Ecosystem, string>>> = {
  "crates.io": "crates",
  Go: "Go modules",
  RubyGems: "gems",
};
