import type { Limits, Step } from "../../../schemas/step.ts";
import { hiddenPaths } from "../../tree/hidden.ts";
import { installedFolders } from "../../tree/installed.ts";
import type { PlanInput, Planned } from "../kind.ts";
import { CANARY, CANARY_LOCKFILE } from "./canary.ts";

export const LIMITS: Limits = {
  wallMs: 600_000,
  cpuMs: 600_000,
  memoryBytes: 4 * 1024 ** 3,
  outputBytes: 200 * 1024 ** 2,
};

/**
 * syft over the whole tree, one folder below the scanned root, with a canary beside it.
 *
 * No `-q`: with it an unreadable folder is left out without a word.
 */
export function planSbomGenerate({ pin, inventory }: PlanInput): Planned {
  if (pin === undefined) throw new Error("no pin for syft");
  const step: Step = {
    id: "sbom_generate",
    tool: "syft",
    argv: [
      "{tool}/syft",
      "scan",
      "dir:{scan}",
      "--config={scan}/config/syft.yaml",
      "--source-name=source",
      "--source-version=0",
      "--output=syft-json={out}/syft.json",
    ],
    cwd: "{tmp}",
    env: ENVIRONMENT,
    version: { argv: pin.versionArgv, pattern: pin.versionPattern },
    staging: {
      tree: { hide: [...hiddenPaths(inventory), ...installedFolders(inventory)] },
      copies: [],
      files: { "syft.yaml": CONFIG, [CANARY.file]: CANARY_LOCKFILE },
      extracts: {},
      advisories: false,
    },
    limits: LIMITS,
    exits: { "0": "clean" },
    errorLines: ERROR_LINES,
    outputs: ["syft.json"],
    sensitive: false,
  };
  return { state: "planned", step, names: {} };
}

/** syft looks for configuration in the working folder, home and XDG folders; with `go` on the path it would run it on the tree. */
const ENVIRONMENT = {
  HOME: "{tmp}",
  TMPDIR: "{tmp}",
  XDG_CACHE_HOME: "{tmp}",
  XDG_CONFIG_HOME: "{tmp}",
  XDG_DATA_HOME: "{tmp}",
  PATH: "/nonexistent",
  TZ: "UTC",
  LC_ALL: "C.UTF-8",
  NO_COLOR: "1",
  SYFT_CHECK_FOR_APP_UPDATE: "false",
};

/** Nothing is fetched, nothing outside the tree is read, development dependencies count, and no error is dropped because a file also had packages. */
const CONFIG = `check-for-app-update: false
parallelism: 2
log:
  level: warn
cache:
  dir: ""
  ttl: "0"
enrich: []
file:
  metadata:
    selection: none
unknowns:
  remove-when-packages-defined: false
  executables-without-packages: true
  unexpanded-archives: true
dotnet:
  dep-packages-must-claim-dll: false
golang:
  use-packages-lib: false
  search-local-mod-cache-licenses: false
  search-local-vendor-licenses: false
  search-remote-licenses: false
java:
  use-network: false
  use-maven-local-repository: false
  resolve-transitive-dependencies: false
javascript:
  include-dev-dependencies: true
  search-remote-licenses: false
python:
  search-remote-licenses: false
  guess-unpinned-requirements: false
cpp:
  vcpkg-allow-git-clone: false
`;

const ERROR_LINES = [
  // The one error that every lockfile of yarn 2 and later causes: the file's own header is no package.
  "\\bERROR\\b(?!.*unable to parse yarn v2 package key.*\\bkey=__metadata\\s*$)",
  "\\bWARN\\b.*unable to (access|get file)",
  "\\bWARN\\b.*unable to parse duration",
  "^panic:",
  "^fatal error:",
];
