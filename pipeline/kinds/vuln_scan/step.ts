import type { Inventory, InventoryFile, LockfileFormat } from "../../../schemas/inventory.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import type { Limits, StagedCopy, Step } from "../../../schemas/step.ts";
import { unlockedManifests } from "../../tree/unlocked-manifests.ts";
import { unreadLockfiles } from "../../tree/unread-lockfiles.ts";
import type { PlanInput, Planned } from "../kind.ts";
import { packageLists } from "./package-lists.ts";

export const LIMITS: Limits = {
  wallMs: 600_000,
  cpuMs: 600_000,
  memoryBytes: 4 * 1024 ** 3,
  outputBytes: 200 * 1024 ** 2,
};

/** osv-scanner's name for the reader of each format, so that the file's own name decides nothing; null where it has none: our own list speaks for it. */
const EXTRACTOR = {
  "package-lock": "package-lock.json",
  "yarn-lock": "yarn.lock",
  "pnpm-lock": "pnpm-lock.yaml",
  "cargo-lock": "Cargo.lock",
  "go-mod": "go.mod",
  requirements: "requirements.txt",
  "poetry-lock": "poetry.lock",
  "uv-lock": "uv.lock",
  "pipfile-lock": "Pipfile.lock",
  "pdm-lock": "pdm.lock",
  pylock: "pylock.toml",
  "bun-lock": "bun.lock",
  "deno-lock": null,
  "composer-lock": "composer.lock",
  "gemfile-lock": "Gemfile.lock",
  "packages-lock": "packages.lock.json",
  "packages-config": "packages.config",
  "deps-json": "deps.json",
  "gradle-lock": "gradle.lockfile",
  "gradle-verification": "verification-metadata.xml",
  "pom-xml": "pom.xml",
  "pubspec-lock": "pubspec.lock",
  "mix-lock": "mix.lock",
  "conan-lock": "conan.lock",
  "cabal-freeze": "cabal.project.freeze",
  "stack-lock": "stack.yaml.lock",
  "renv-lock": "renv.lock",
  // Without a name of its own: by the file's name.
  "swift-resolved": "",
} as const satisfies Record<LockfileFormat, string | null>;

/** osv-scanner over each lockfile by name, offline, against the pinned snapshot; it sees nothing else of the tree. */
export function planVulnScan(input: PlanInput): Planned {
  const { pin, lockfiles, advisories } = input;
  const { inventory } = input;
  if (lockfiles.length + unreadLockfiles(inventory).length + unlockedManifests(inventory).length === 0) {
    return { state: "not-required", reason: "no lockfile and no manifest in the tree" };
  }
  if (advisories === null) {
    return {
      state: "impossible",
      problem: {
        code: "advisories-missing",
        message: "no advisory snapshot: nothing is known about vulnerabilities",
        next: "supply-gate advisories pull",
      },
    };
  }
  if (pin === undefined) throw new Error("no pin for osv-scanner");
  const staged = stagedLockfiles(input);
  const lists = packageLists(lockfiles, advisories);
  const step: Step = {
    id: "vuln_scan",
    tool: "osv-scanner",
    argv: [
      "{tool}/osv-scanner",
      "scan",
      "source",
      "--offline",
      "--no-resolve",
      // On by default it runs the host's Go compiler on the tree, and a vulnerability that is "not called" counts as none.
      "--no-call-analysis=go",
      "--local-db-path={scan}/advisories",
      "--config={scan}/config/osv-scanner.toml",
      "--format=json",
      "--output-file={out}/osv-scanner.json",
      "--all-packages",
      "--all-vulns",
      "--no-ignore",
      "--verbosity=info",
      ...staged.lockfiles.flatMap(({ extractor, to }) => ["-L", `${extractor}:{scan}/staged/${to}`]),
      ...Object.keys(lists.files).flatMap((name) => ["-L", `osv-scanner:{scan}/config/${name}`]),
    ],
    cwd: "{tmp}",
    env: {
      HOME: "{tmp}",
      TMPDIR: "{tmp}",
      XDG_CACHE_HOME: "{tmp}",
      OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: "{scan}/advisories",
      OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY: "{scan}/advisories",
      PATH: "/nonexistent",
      TZ: "UTC",
      LC_ALL: "C.UTF-8",
    },
    version: { argv: pin.versionArgv, pattern: pin.versionPattern },
    staging: {
      copies: staged.copies,
      files: { "osv-scanner.toml": "", ...lists.files },
      extracts: {},
      advisories: true,
    },
    limits: LIMITS,
    // Never 0 or 128: the canaries are findings.
    exits: { "1": "findings" },
    errorLines: [
      "Error during extraction",
      "could not load db",
      "not a valid JSON file",
      "[Ff]ailed",
      "openAndExtractFromFile",
      "^panic:",
      "^Error",
    ],
    outputs: ["osv-scanner.json"],
    sensitive: false,
  };
  return { state: "planned", step, names: { ...staged.names, ...lists.names } };
}

/** Lockfiles keep their place in the tree below `staged/`, so that what they include is found; a name that is no plain text gets a number. */
function stagedLockfiles({ inventory, lockfiles, companions }: PlanInput) {
  const files = new Map(inventory.files.map((file) => [file.path, file]));
  const copies = new Map<string, StagedCopy>();
  const names: Record<string, string> = {};
  const named = lockfiles.flatMap((lockfile) => {
    const extractor = EXTRACTOR[lockfile.format];
    if (extractor === null || includesElsewhere(lockfile)) return [];
    for (const path of [lockfile.path, ...(companions[lockfile.path] ?? [])]) {
      copies.set(path, copyOf(inventory, files, path));
    }
    return [{ extractor, to: stagedName(files, lockfile.path) }];
  });
  // What osv-scanner finds in a go.sum it reports under that name; it speaks of the go.mod beside it.
  for (const { path } of lockfiles) {
    for (const companion of companions[path] ?? []) names[`staged/${stagedName(files, companion)}`] ??= path;
  }
  for (const { path } of lockfiles) names[`staged/${stagedName(files, path)}`] = path;
  return { lockfiles: named, copies: [...copies.values()], names };
}

/** osv-scanner would look for what is included wherever the path leads, and give up where nothing is. Our own list speaks for such a file. */
function includesElsewhere({ format, gaps }: Lockfile): boolean {
  return format === "requirements" && gaps.some(({ code }) => code === "missing-include");
}

function copyOf(inventory: Inventory, files: ReadonlyMap<string, InventoryFile>, path: string): StagedCopy {
  const file = files.get(path);
  if (file === undefined) throw new Error(`${path} is not among the ${inventory.files.length} files of the inventory`);
  const source = file.pathBytes === undefined ? { path } : { path, pathBytes: file.pathBytes };
  return { source, sha256: file.sha256, to: stagedName(files, path), transform: "none" };
}

function stagedName(files: ReadonlyMap<string, InventoryFile>, path: string): string {
  if (files.get(path)?.pathBytes === undefined && !/\p{Cc}/u.test(path)) return path;
  const ordinal = [...files.keys()].indexOf(path);
  return `${String(ordinal).padStart(6, "0")}/${path.slice(path.lastIndexOf("/") + 1)}`;
}
