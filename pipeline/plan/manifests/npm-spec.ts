import type { LockedPackage } from "../../../schemas/lockfile.ts";

const PATH = /^(?:file:|link:|portal:|exec:|\.{1,2}\/|~\/|\/)/;
const GIT =
  /^(?:git\+|git:|git@|ssh:|github:|gitlab:|bitbucket:|gist:)|\.git(?:#|$)|#commit=|^https:\/\/codeload\.github\.com\//;
const GITHUB_SHORTHAND = /^[^@:/\s]+\/[^@:/\s]+$/;
const ALIAS = /^npm:((?:@[^/@]+\/)?[^@/]+)@(.+)$/;

/** Where npm, yarn and pnpm get a package with this specifier or `resolved` value, as far as the text says. */
export function originOfSpec(spec: string): LockedPackage["origin"] {
  if (PATH.test(spec)) return "path";
  if (GIT.test(spec) || GITHUB_SHORTHAND.test(spec)) return "git";
  return /^https?:/.test(spec) ? "url" : "registry";
}

/** `npm:real@1.2.3` to its parts; undefined when the specifier is no alias. */
export function aliasOf(spec: string): { readonly name: string; readonly range: string } | undefined {
  const [, name, range] = ALIAS.exec(spec) ?? [];
  return name === undefined || range === undefined ? undefined : { name, range };
}

/** `@scope/name@range` at the `@` after the name; the range is empty when there is none. */
export function splitDescriptor(descriptor: string): { readonly name: string; readonly range: string } {
  const at = descriptor.indexOf("@", 1);
  return at < 0 ? { name: descriptor, range: "" } : { name: descriptor.slice(0, at), range: descriptor.slice(at + 1) };
}
