import yargs, { type Argv } from "yargs";
import { KindId, Mode } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { advisoriesCommand } from "./advisories-command.ts";
import { artifactsCommand, artifactsOptions } from "./artifacts-command.ts";
import { conformanceCommand, conformanceOptions } from "./conformance-command.ts";
import { decideCommand } from "./decide-command.ts";
import { demoCommand } from "./demo.ts";
import { executeCommand, executePositionals } from "./execute-command.ts";
import { explainCommand } from "./explain-command.ts";
import { extractCommand } from "./extract-command.ts";
import { planCommand } from "./plan-command.ts";
import { recorderCommand, recorderOptions } from "./recorder-command.ts";
import { runGateCommand } from "./run-command.ts";
import { sabotageCommand, sabotageOptions } from "./sabotage-command.ts";
import { stepCommand } from "./step-command.ts";
import { toolsCommand } from "./tools-command.ts";
import { VERSION } from "./version.ts";
import { thisWorld } from "./world.ts";

/**
 * Parses the command line and carries it out.
 * @returns the exit status
 * @throws GateError USAGE_INVALID for what the command line does not know
 */
export async function runCommand(argv: readonly string[], signal: AbortSignal): Promise<number> {
  let status = 0;
  const world = (color: unknown) => thisWorld(signal, typeof color === "boolean" ? color : undefined);
  const answer = (work: Promise<number>) =>
    work.then((result) => {
      status = result;
    });
  const cli = yargs([...argv])
    .scriptName("supply-gate")
    .usage(
      "$0 <command>\n\nDecides whether a source tree may go in: secrets, vulnerabilities, SBOM, licences, one verdict.",
    )
    .parserConfiguration({ "parse-positional-numbers": false, "duplicate-arguments-array": true })
    .option("color", { type: "boolean", describe: "colours, or --no-color", global: true })
    .command("run [path]", "gate a source folder", runOptions, (args) =>
      answer(runGateCommand(args, world(args["color"]))),
    )
    .command(
      "demo",
      "gate a small example that ships with its own advisories; it must end FAILED",
      demoOptions,
      (args) => answer(demoCommand(args, world(args["color"]))),
    )
    .command("plan [path]", "print plan.json: every job as data, nothing is run", planOptions, (args) =>
      answer(planCommand(args, world(args["color"]))),
    )
    .command("explain <finding>", "tell one finding in full", explainOptions, (args) =>
      answer(explainCommand(args, world(args["color"]))),
    )
    .command("decide <results>", "decide again from the evidence of an earlier run", decideOptions, (args) =>
      answer(decideCommand(args, world(args["color"]))),
    )
    .command(
      "execute <operation> [path]",
      "carry out one planned operation and print its result",
      executeOptions,
      (args) => answer(executeCommand(args, world(args["color"]))),
    )
    .command(
      "conformance",
      "put every engine through its cases; one that fails is not called",
      (y) => conformanceOptions(engineOptions(y)),
      (args) => answer(conformanceCommand(args, world(args["color"]))),
    )
    .command("tools <action>", "the pinned scanners: install, list, verify", toolsOptions, (args) =>
      answer(toolsCommand(args, world(args["color"]))),
    )
    .command("advisories <action>", "the advisory snapshot: pull, build, inspect", advisoriesOptions, (args) =>
      answer(advisoriesCommand(args, world(args["color"]))),
    )
    .command("sabotage [path]", "attack the gate itself; nothing may end PASSED", sabotageOptions, (args) =>
      answer(sabotageCommand(args, world(args["color"]))),
    )
    .command(
      "artifacts <action> <place> [id]",
      "what a run has left: list, verify, materialize, export, pin, gc",
      artifactsOptions,
      async (args) => {
        status = artifactsCommand(args, world(args["color"]));
      },
    )
    .command(
      "recorder <action> <file>",
      "the flight recorder of a run: verify, show",
      recorderOptions,
      async (args) => {
        status = recorderCommand(args, world(args["color"]));
      },
    )
    .command(
      "step <file>",
      "run one step of a plan (what engines call)",
      (y) => y.positional("file", { type: "string", demandOption: true, describe: "step.json" }),
      (args) => answer(stepCommand(args, world(args["color"]))),
    )
    .command("extract <file> <to>", false, extractOptions, (args) => answer(extractCommand(args, world(args["color"]))))
    .strict()
    .recommendCommands()
    .demandCommand(1, "which command? see supply-gate --help")
    .version(VERSION)
    .help()
    .alias("help", "h")
    .wrap(100)
    .exitProcess(false)
    .showHelpOnFail(false)
    .epilogue(EPILOGUE)
    .fail((message, error) => {
      throw message === null || message === "" || message === undefined ? error : usage(message);
    });
  await cli.parseAsync();
  return status;
}

const EPILOGUE = `Exit status: 0 PASSED, 1 FAILED, 2 something you gave is invalid, 3 INCOMPLETE (never treat it as passed), 70 a bug of ours.

Examples:
  supply-gate run .                                  gate this folder, results in ./out
  supply-gate run . --mode release --json            the rules of a release; verdict.json on stdout
  supply-gate advisories pull                        get the advisories that run needs
  supply-gate explain vulnerability-1a2b3c4d5e6f     what, where, why it blocks, what to do`;

function usage(message: string): GateError {
  return new GateError("USAGE_INVALID", message.replace(/\s*\n\s*/g, " "), { next: "see supply-gate --help" });
}

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

function runOptions(y: Argv) {
  return resultOptions(engineOptions(treeOptions(y))).option("only", {
    type: "string",
    choices: KindId.options,
    describe: "one job kind; the others are not required",
  });
}

function engineOptions<T>(y: Argv<T>) {
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

function executeOptions(y: Argv) {
  return executePositionals(resultOptions(engineOptions(treeOptions(y))));
}

function resultOptions<T>(y: Argv<T>) {
  return y
    .option("out", { type: "string", default: "out", describe: "where the results go" })
    .option("store", { type: "string", describe: "a folder that keeps the artifacts of many runs" });
}

function demoOptions(y: Argv) {
  return engineOptions(y).option("out", { type: "string", default: "demo-out", describe: "where the results go" });
}

function planOptions(y: Argv) {
  return treeOptions(y)
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

function explainOptions(y: Argv) {
  return y
    .positional("finding", { type: "string", demandOption: true, describe: "the finding's id" })
    .option("out", { type: "string", default: "out", describe: "results of the run" });
}

function decideOptions(y: Argv) {
  return y
    .positional("results", { type: "string", demandOption: true, describe: "results of an earlier run" })
    .option("json", { type: "boolean", default: false, describe: "print the new verdict.json on stdout" })
    .option("steps", { type: "string", hidden: true, describe: "raw step outputs instead of evidence (engines)" })
    .option("source", { type: "string", hidden: true, describe: "the tree that the steps looked at (engines)" })
    .option("advisories", { type: "string", hidden: true, describe: "the snapshot of the plan (engines)" })
    .option("to", { type: "string", hidden: true, describe: "write all documents there (engines)" });
}

function toolsOptions(y: Argv) {
  return y
    .positional("action", { type: "string", choices: ["install", "list", "verify"] as const, demandOption: true })
    .option("tool", { type: "string", array: true, describe: "only these" })
    .option("force", { type: "boolean", default: false, describe: "install again" })
    .option("json", { type: "boolean", default: false });
}

function advisoriesOptions(y: Argv) {
  return y
    .positional("action", { type: "string", choices: ["pull", "build", "inspect"] as const, demandOption: true })
    .option("from", { type: "string", describe: "build: a folder in osv.dev's layout" })
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

function extractOptions(y: Argv) {
  return y
    .positional("file", { type: "string", demandOption: true })
    .positional("to", { type: "string", demandOption: true });
}

/** An option that is given twice is a mistake, not a choice of the last. */
function once(args: Record<string, unknown>): true {
  const twice = ["mode", "policy", "waivers", "advisories", "as-of", "out", "engine", "sandbox"].find((name) =>
    Array.isArray(args[name]),
  );
  if (twice !== undefined) throw usage(`--${twice}: found more than one, expected one`);
  return true;
}
