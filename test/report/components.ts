import { mergeComponents } from "../../pipeline/decide/components.ts";
import type { Component, Components, Subject } from "../../schemas/component.ts";
import { collected, recorded, treeOf } from "../kinds/sbom_generate/case.ts";

export const SUBJECT: Subject = { name: "source", sha256: "ab".repeat(32), asOf: "2026-02-03T04:05:06.789Z" };

/** What the recorded tree with all formats consists of. */
export function recordedComponents(): Components {
  return mergeComponents(treeOf("every-format").lockfiles, collected(recorded("every-format")));
}

export function component(name: string, more: Partial<Component> = {}): Component {
  return {
    purl: `pkg:npm/${name}@1.0.0`,
    name,
    version: "1.0.0",
    ecosystem: "npm",
    scope: "runtime",
    declaredLicenses: [],
    locations: ["package-lock.json"],
    seenBy: ["lockfile"],
    cpes: [],
    hashes: [],
    ...more,
  };
}

/** So many components, each needing the next. */
export function chainOf(count: number): Components {
  const components = Array.from({ length: count }, (_, index) => component(`p${String(index).padStart(6, "0")}`));
  const purls = components.map(({ purl }) => purl);
  return {
    components,
    dependencies: purls.slice(1).map((purl, index) => ({ purl: purls[index] as string, dependsOn: [purl] })),
  };
}
