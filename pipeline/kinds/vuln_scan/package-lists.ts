import { Ecosystem } from "../../../schemas/common.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import type { Step } from "../../../schemas/step.ts";
import { CANARY_VERSION, canaryPackages } from "../../findings/advisory-canary.ts";
import { caselessName } from "../../findings/package-key.ts";
import type { PlanInput } from "../kind.ts";

/** Sources that stand for no file of the tree: our own reading of the lockfiles, and the made-up packages. */
export const OWN_LIST = "osv-scanner.json";
export const CANARY_LIST = "canary.json";

interface PackageLists {
  /** Text by name below `config/`. */
  readonly files: Readonly<Record<string, string>>;
  /** Which of the two sources each stands for. */
  readonly names: Readonly<Record<string, string>>;
}

/**
 * Lists in osv-scanner's own format that lie beside the lockfiles themselves, one for each ecosystem: of packages with the same name and version
 * in one list it keeps a single one, whatever their ecosystems.
 *
 * Every locked package as our own readers see it, since osv-scanner drops some without a word (scoped packages with peers in pnpm 6.0,
 * `ruamel.yaml==…`, `--requirement`, a second YAML document); and for each database the packages that only made-up records name.
 */
export function packageLists(
  lockfiles: readonly Lockfile[],
  advisories: NonNullable<PlanInput["advisories"]>,
): PackageLists {
  const files: Record<string, string> = {};
  const names: Record<string, string> = {};
  const add = (name: string, source: string, packages: readonly ListedPackage[]) => {
    files[name] = `${JSON.stringify({ results: [{ packages: packages.map((entry) => ({ package: entry })) }] })}\n`;
    names[`config/${name}`] = source;
  };
  for (const [ecosystem, packages] of lookedUp(lockfiles)) add(`own.${ecosystem}.json`, OWN_LIST, packages);
  for (const ecosystem of canaryEcosystems(lockfiles, advisories)) {
    const packages = canaryPackages(ecosystem).map(({ name }) => ({ name, version: CANARY_VERSION, ecosystem }));
    add(`canary.${ecosystem}.json`, CANARY_LIST, packages);
  }
  return { files, names };
}

/** The ecosystems whose databases a step's scanner must have loaded for its canaries, sorted. */
export function listedCanaries(step: Step | undefined): string[] {
  return Object.keys(step?.staging.files ?? {})
    .flatMap((name) => /^canary\.(.+)\.json$/.exec(name)?.[1] ?? [])
    .sort();
}

/** Ids of the made-up records that a step's scanner must report, sorted. */
export function expectedCanaries(step: Step | undefined): string[] {
  return listedCanaries(step)
    .flatMap((name) => canaryPackages(name).map(({ record }) => record))
    .sort();
}

interface ListedPackage {
  readonly name: string;
  readonly version: string;
  readonly ecosystem: string;
}

/** What can be looked up of each ecosystem, sorted. */
function lookedUp(lockfiles: readonly Lockfile[]): [string, ListedPackage[]][] {
  const lists = new Map<string, Map<string, ListedPackage>>();
  for (const { ecosystem, name, version, origin } of lockfiles.flatMap(({ packages }) => packages)) {
    if (origin !== "registry" || version === "") continue;
    const list = lists.get(ecosystem) ?? new Map<string, ListedPackage>();
    lists.set(ecosystem, list);
    for (const written of [name, caselessName(ecosystem, name)]) {
      list.set(`${written}\n${version}`, { name: written, version, ecosystem });
    }
  }
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted(lists).map(([ecosystem, list]) => [ecosystem, sorted(list).map(([, entry]) => entry)]);
}

/**
 * The ecosystems whose databases must prove that they are searched: those of the locked packages.
 * Where the lockfiles lock nothing, the smallest database stands for the scanner; one of an ecosystem whose lockfiles are read, since
 * not every other one's versions can be compared.
 */
function canaryEcosystems(
  lockfiles: readonly Lockfile[],
  { ecosystems }: NonNullable<PlanInput["advisories"]>,
): string[] {
  const needed = new Set<string>(lockfiles.flatMap(({ packages }) => packages.map(({ ecosystem }) => ecosystem)));
  const held = Object.entries(ecosystems)
    .filter(([name]) => Ecosystem.safeParse(name).success)
    .sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1));
  const used = held.map(([name]) => name).filter((name) => needed.has(name));
  return needed.size > 0 ? used.sort() : held.slice(0, 1).map(([name]) => name);
}
