import type { Argv } from "yargs";
import { KindId, Mode } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { splitOptions } from "./base-options.ts";
import { bumpOptions } from "./bump-command.ts";
import { executePositionals } from "./execute-command.ts";

function treeOptions(y: Argv) {
  return y
    .positional("path", { type: "string", default: ".", describe: "the source folder" })
    .option("mode", {
      type: "string",
      choices: Mode.options,
      default: "review" as const,
      describe: "review lists what release blocks",
    })
    .option("policy", { type: "string", describe: "policy file (default: the built-in policy recommended)" })
    .option("waivers", { type: "string", describe: "waiver file" })
    .option("advisories", { type: "string", describe: "advisory snapshot (default: the newest in the cache)" })
    .option("history", {
      type: "boolean",
      default: false,
      describe: "secret_scan looks at every commit of every ref too",
    })
    .option("as-of", { type: "string", describe: "the date that stands for now (default: the commit's time)" })
    .check(once);
}

function factOptions<T>(y: Argv<T>) {
  return y.option("licenses", {
    type: "string",
    describe: "licence facts (supply-gate licenses fetch; default: those in the cache)",
  });
}

/** Options of `run`. */
export function runOptions(y: Argv) {
  return splitOptions(resultOptions(engineOptions(factOptions(treeOptions(y)))))
    .option("opinions", {
      type: "string",
      array: true,
      describe: "what other tools say (supply-gate opinions), to count beside osv-scanner",
    })
    .option("only", {
      type: "string",
      choices: KindId.options,
      describe: "one job kind; the others are not required",
    });
}

/** Options of whatever runs scanners. */
export function engineOptions<T>(y: Argv<T>) {
  return y
    .option("engine", {
      type: "string",
      choices: ["auto", "host", "dagger"] as const,
      default: "auto" as const,
      describe: "what runs the scanners",
    })
    .option("sandbox", {
      type: "string",
      choices: ["auto", "none"] as const,
      default: "auto" as const,
      describe: "none: without bubblewrap, and the verdict says so",
    })
    .option("images", { type: "string", describe: "image lock for the Dagger engine" })
    .option("json", { type: "boolean", default: false, describe: "print verdict.json on stdout" })
    .option("quiet", { type: "boolean", default: false, describe: "print errors only" });
}

/** Options of `execute`. */
export function executeOptions(y: Argv) {
  return executePositionals(resultOptions(engineOptions(treeOptions(y))));
}

function resultOptions<T>(y: Argv<T>) {
  return y
    .option("out", { type: "string", default: "out", describe: "where the results go" })
    .option("store", { type: "string", describe: "a folder that keeps the artifacts of many runs" });
}

/** Options of `demo`. */
export function demoOptions(y: Argv) {
  return engineOptions(y).option("out", { type: "string", default: "demo-out", describe: "where the results go" });
}

/** Options of `plan`. */
export function planOptions(y: Argv) {
  return factOptions(treeOptions(y))
    .option("out", {
      type: "string",
      default: "out",
      describe: "the folder that a run would write; it is not looked at",
    })
    .option("to", {
      type: "string",
      describe: "write the plan, its steps and what decide needs to this folder instead",
    })
    .option("only", { type: "string", choices: KindId.options, describe: "one job kind; the others are not required" })
    .option("images", { type: "string", describe: "image lock for the steps' Dockerfiles" });
}

/** Options of `explain`. */
export function explainOptions(y: Argv) {
  return y
    .positional("finding", { type: "string", demandOption: true, describe: "the finding's id" })
    .option("out", { type: "string", default: "out", describe: "results of the run" });
}

/** Options of `decide`. */
export function decideOptions(y: Argv) {
  return y
    .positional("results", { type: "string", demandOption: true, describe: "results of an earlier run" })
    .option("json", { type: "boolean", default: false, describe: "print the new verdict.json on stdout" })
    .option("steps", { type: "string", hidden: true, describe: "raw step outputs instead of evidence (engines)" })
    .option("source", { type: "string", hidden: true, describe: "the tree that the steps looked at (engines)" })
    .option("advisories", { type: "string", hidden: true, describe: "the snapshot of the plan (engines)" })
    .option("to", { type: "string", hidden: true, describe: "write all documents there (engines)" });
}

/** Options of `tools`. */
export function toolsOptions(y: Argv) {
  return y
    .positional("action", { type: "string", choices: ["install", "list", "verify"] as const, demandOption: true })
    .option("tool", { type: "string", array: true, describe: "only these" })
    .option("force", { type: "boolean", default: false, describe: "install again" })
    .option("json", { type: "boolean", default: false });
}

/** Options of `advisories`. */
export function advisoriesOptions(y: Argv) {
  return bumpOptions(y)
    .positional("action", {
      type: "string",
      choices: ["pull", "build", "inspect", "bump"] as const,
      demandOption: true,
    })
    .positional("path", { type: "string", default: ".", describe: "bump: the source folder" })
    .option("policy", { type: "string", describe: "bump: policy file" })
    .option("waivers", { type: "string", describe: "bump: waiver file" })
    .option("as-of", { type: "string", describe: "bump: the date that stands for now" })
    .option("from", { type: "string", describe: "build: a folder in osv.dev's layout; bump: a snapshot, or pull" })
    .option("to", { type: "string", describe: "build: where the snapshot goes (default: the cache)" })
    .option("base-url", { type: "string", describe: "pull: a mirror of osv.dev's bucket" })
    .option("ecosystem", {
      type: "string",
      array: true,
      describe: "pull: only these (default: every ecosystem whose lockfiles are read)",
    })
    .option("advisories", { type: "string", describe: "inspect: the snapshot (default: the newest in the cache)" })
    .option("package", { type: "string", describe: "inspect: the records of one package, such as npm:lodash" })
    .option("allow-rejected", {
      type: "boolean",
      default: false,
      describe: "leave out records that can't be read; snapshot.json counts them",
    })
    .option("json", { type: "boolean", default: false });
}

/** Options of `extract`. */
export function extractOptions(y: Argv) {
  return y
    .positional("file", { type: "string", demandOption: true })
    .positional("to", { type: "string", demandOption: true });
}

/** An option that is given twice is a mistake, not a choice of the last. */
function once(args: Record<string, unknown>): true {
  const twice = ["mode", "policy", "waivers", "advisories", "as-of", "out", "engine", "sandbox", "licenses"].find(
    (name) => Array.isArray(args[name]),
  );
  if (twice !== undefined) throw usage(`--${twice}: found more than one, expected one`);
  return true;
}

/** A mistake on the command line, in one line. */
export function usage(message: string): GateError {
  return new GateError("USAGE_INVALID", message.replace(/\s*\n\s*/g, " "), { next: "see supply-gate --help" });
}
