import yargs from "yargs";
import { advisoriesCommand } from "./advisories-command.ts";
import { artifactsCommand, artifactsOptions } from "./artifacts-command.ts";
import {
  advisoriesOptions,
  decideOptions,
  demoOptions,
  engineOptions,
  executeOptions,
  explainOptions,
  extractOptions,
  planOptions,
  runOptions,
  toolsOptions,
  usage,
} from "./command-options.ts";
import { conformanceCommand, conformanceOptions } from "./conformance-command.ts";
import { decideCommand } from "./decide-command.ts";
import { demoCommand } from "./demo.ts";
import { executeCommand } from "./execute-command.ts";
import { explainCommand } from "./explain-command.ts";
import { extractCommand } from "./extract-command.ts";
import { fixCommand, fixOptions } from "./fix-command.ts";
import { licensesCommand, licensesOptions } from "./licenses-command.ts";
import { opinionsCommand, opinionsOptions } from "./opinions-command.ts";
import { planCommand } from "./plan-command.ts";
import { policyCommand, policyOptions } from "./policy-command.ts";
import { recorderCommand, recorderOptions } from "./recorder-command.ts";
import { runGateCommand } from "./run-command.ts";
import { sabotageCommand, sabotageOptions } from "./sabotage-command.ts";
import { stepCommand } from "./step-command.ts";
import { toolsCommand } from "./tools-command.ts";
import { VERSION } from "./version.ts";
import { waiveCommand, waiveOptions } from "./waive-command.ts";
import { waiversCommand, waiversOptions } from "./waivers-command.ts";
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
    .command(
      "policy <action> [file] [other]",
      "the policy: check, explain, init, diff",
      policyOptions,
      async (args) => {
        status = policyCommand(args, world(args["color"]));
      },
    )
    .command("fix [results]", "the smallest bumps by which no vulnerability blocks", fixOptions, (args) =>
      answer(fixCommand(args, world(args["color"]))),
    )
    .command("waive <finding>", "answer for one finding or gap: adds a waiver", waiveOptions, async (args) => {
      status = waiveCommand(args, world(args["color"]));
    })
    .command(
      "waivers <action> [file]",
      "the waiver file: list, check, prune, compile, import",
      waiversOptions,
      async (args) => {
        status = waiversCommand(args, world(args["color"]));
      },
    )
    .command(
      "licenses <action> [path]",
      "what the archives of dependencies say of their licences: fetch, list, verify, export, import",
      licensesOptions,
      (args) => answer(licensesCommand(args, world(args["color"]))),
    )
    .command("opinions <source> [path]", "what another tool says of a lockfile, for a run", opinionsOptions, (args) =>
      answer(opinionsCommand(args, world(args["color"]))),
    )
    .command("tools <action>", "the pinned scanners: install, list, verify", toolsOptions, (args) =>
      answer(toolsCommand(args, world(args["color"]))),
    )
    .command(
      "advisories <action> [path]",
      "the advisory snapshot: pull, build, inspect, bump",
      advisoriesOptions,
      (args) => answer(advisoriesCommand(args, world(args["color"]))),
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
