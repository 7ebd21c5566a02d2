import type { Inventory, InventoryFile, LockfileFormat } from "../../../schemas/inventory.ts";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import type { Limits, StagedCopy, Step } from "../../../schemas/step.ts";
import { unreadLockfiles } from "../../tree/unread-lockfiles.ts";
import type { PlanInput, Planned } from "../kind.ts";

export const LIMITS: Limits = {
  wallMs: 600_000,
  cpuMs: 600_000,
  memoryBytes: 4 * 1024 ** 3,
  outputBytes: 200 * 1024 ** 2,
};

/** osv-scanner's name for the reader of each format, so that the file's own name decides nothing. */
const EXTRACTOR = {
  "package-lock": "package-lock.json",
  "yarn-lock": "yarn.lock",
  "pnpm-lock": "pnpm-lock.yaml",
  "cargo-lock": "Cargo.lock",
  "go-mod": "go.mod",
  requirements: "requirements.txt",
  "poetry-lock": "poetry.lock",
  "uv-lock": "uv.lock",
} as const satisfies Record<LockfileFormat, string>;

/** The list of {@link ownList}; it stands for no file of the source. */
export const OWN_LIST = "osv-scanner.json";

/** osv-scanner over each lockfile by name, offline, against the pinned snapshot; it sees nothing else of the tree. */
export function planVulnScan(input: PlanInput): Planned {
  const { pin, lockfiles, advisories } = input;
  if (lockfiles.length === 0) return nothingToScan(unreadLockfiles(input.inventory));
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
  const own = ownList(lockfiles);
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
      ...(own === undefined ? [] : ["-L", `osv-scanner:{scan}/config/${OWN_LIST}`]),
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
      files: { "osv-scanner.toml": "", ...(own === undefined ? {} : { [OWN_LIST]: own }) },
      extracts: {},
      advisories: true,
    },
    limits: LIMITS,
    exits: { "0": "clean", "1": "findings", "128": "nothing-to-scan" },
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
  return { state: "planned", step, names: { ...staged.names, [`config/${OWN_LIST}`]: OWN_LIST } };
}

function nothingToScan(unread: readonly string[]): Planned {
  const [first] = unread;
  if (first === undefined) return { state: "not-required", reason: "no lockfile in the tree" };
  const message = `${unread.length} lockfiles of formats that are not read yet, the first is ${first}`;
  const next = "leave it out by the policy's exclude with a reason, or check it by other means";
  return { state: "impossible", problem: { code: "lockfile-unread", message, next } };
}

/**
 * Every locked package as our own readers see it, in osv-scanner's own list format, beside the lockfiles themselves.
 *
 * osv-scanner drops some without a word (scoped packages with peers in pnpm 6.0, `ruamel.yaml==…`, `--requirement`, a second YAML document):
 * with this list they are matched all the same, and its author has nothing to mend.
 */
function ownList(lockfiles: readonly Lockfile[]): string | undefined {
  const packages = new Map<string, object>();
  for (const { ecosystem, name, version, origin } of lockfiles.flatMap((lockfile) => lockfile.packages)) {
    if (origin !== "registry" || version === "") continue;
    packages.set(`${ecosystem}\n${name}\n${version}`, { package: { name, version, ecosystem } });
  }
  if (packages.size === 0) return undefined;
  const sorted = [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return `${JSON.stringify({ results: [{ packages: sorted }] })}\n`;
}

/** Lockfiles keep their place in the tree below `staged/`, so that what they include is found; a name that is no plain text gets a number. */
function stagedLockfiles({ inventory, lockfiles, companions }: PlanInput) {
  const files = new Map(inventory.files.map((file) => [file.path, file]));
  const copies = new Map<string, StagedCopy>();
  const names: Record<string, string> = {};
  const named = lockfiles.map((lockfile) => {
    const to = stagedName(files, lockfile.path);
    for (const path of [lockfile.path, ...(companions[lockfile.path] ?? [])]) {
      copies.set(path, copyOf(inventory, files, path));
    }
    return { extractor: EXTRACTOR[lockfile.format], to };
  });
  // What osv-scanner finds in a go.sum it reports under that name; it speaks of the go.mod beside it.
  for (const { path } of lockfiles) {
    for (const companion of companions[path] ?? []) names[`staged/${stagedName(files, companion)}`] ??= path;
  }
  for (const { path } of lockfiles) names[`staged/${stagedName(files, path)}`] = path;
  return { lockfiles: named, copies: [...copies.values()], names };
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
