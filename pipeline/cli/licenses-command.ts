import { resolve } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import { storing } from "../advisories/storing.ts";
import { factFolder } from "./license-facts.ts";
import { fetchLicenses } from "./licenses-fetch.ts";
import { exportFacts, importFacts, listFacts, verifyFacts } from "./licenses-folder.ts";
import type { World } from "./world.ts";

export interface LicensesCommandOptions {
  readonly action: "fetch" | "list" | "verify" | "export" | "import";
  /** fetch: the source folder; export, import: the other folder of facts. */
  readonly path?: string | undefined;
  readonly facts?: string | undefined;
  readonly lockfile?: readonly string[] | undefined;
  /** `<ecosystem>=<address>` each. */
  readonly registry?: readonly string[] | undefined;
  readonly offline?: boolean | undefined;
  readonly scan?: boolean | undefined;
  readonly online?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Options of `licenses`. */
export function licensesOptions(y: Argv) {
  return y
    .positional("action", {
      type: "string",
      choices: ["fetch", "list", "verify", "export", "import"] as const,
      demandOption: true,
    })
    .positional("path", { type: "string", describe: "fetch: the source folder; export, import: a folder of facts" })
    .option("facts", { type: "string", describe: "the fact store (default: in the cache)" })
    .option("lockfile", {
      type: "string",
      array: true,
      describe: "fetch: these lockfiles only, relative to the folder",
    })
    .option("registry", {
      type: "string",
      array: true,
      describe:
        "npm=URL, crates.io=URL of the index, Go=URL, PyPI=URL of the simple index (default: as your tools have it)",
    })
    .option("offline", { type: "boolean", default: false, describe: "fetch: only say what is missing" })
    .option("scan", {
      type: "boolean",
      default: true,
      describe: "fetch: have licence files read by scancode; --no-scan leaves that for later",
    })
    .option("online", { type: "boolean", default: false, describe: "verify: get every archive of the tree again" })
    .option("json", { type: "boolean", default: false, describe: "the answer as JSON on stdout" })
    .example("$0 licenses fetch .", "download, verify and read what the lockfiles name; a second time asks nothing")
    .example("$0 licenses export facts", "all facts, for a machine without network: licenses import facts")
    .epilogue("Exit status: 0 all there, 2 invalid, 3 some package has no fact, or a fact is not as it was written");
}

/**
 * `supply-gate licenses`: what the archives of locked dependencies say of their licences, as facts that are kept for ever.
 * @throws GateError USAGE_INVALID, SOURCE_INVALID, STORAGE_FAILED, DOCUMENT_INVALID
 */
export async function licensesCommand(options: LicensesCommandOptions, world: World): Promise<number> {
  const facts = factFolder(options.facts, world);
  return await storing(facts, async () => {
    if (options.action === "fetch") return await fetchLicenses({ ...options, facts }, world);
    if (options.action === "list") return listFacts(facts, options.json === true, world);
    if (options.action === "verify") return await verifyFacts({ ...options, facts }, world);
    const other = resolve(world.cwd, options.path ?? missingPath(options.action));
    return options.action === "export" ? exportFacts(facts, other, world) : importFacts(facts, other, world);
  });
}

function missingPath(action: string): never {
  throw new GateError("USAGE_INVALID", `licenses ${action}: found no folder, expected one`, {
    next: `supply-gate licenses ${action} <folder>`,
  });
}
