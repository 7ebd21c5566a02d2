import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import { Justification, type Waiver } from "../../schemas/waivers.ts";
import { decide } from "../decide/decide.ts";
import { isNeverClean } from "../decide/gaps.ts";
import { digestsOf } from "../waivers/covers.ts";
import { dateOf, dayAfter } from "../waivers/days.ts";
import { withWaiver } from "../waivers/edit-file.ts";
import { subjectOfFinding, subjectOfGap } from "../waivers/proposed.ts";
import { readWaivers } from "../waivers/read-waivers.ts";
import { readResults } from "./base-results.ts";
import type { World } from "./world.ts";

interface WaiveOptions {
  readonly finding: string;
  readonly reason: string;
  readonly owner: string;
  readonly approver: string;
  readonly days?: number | undefined;
  readonly justification?: Justification | undefined;
  readonly out: string;
  readonly waivers: string;
}

/** Options of `waive`. */
export function waiveOptions(y: Argv) {
  return y
    .positional("finding", { type: "string", demandOption: true, describe: "id of a finding or a gap" })
    .option("reason", { type: "string", demandOption: true })
    .option("owner", { type: "string", demandOption: true, describe: "who answers for it" })
    .option("approver", { type: "string", demandOption: true, describe: "who agreed" })
    .option("days", { type: "number", describe: "how long (default: as long as the policy allows)" })
    .option("justification", { type: "string", choices: Justification.options, describe: "why it does not affect you" })
    .option("out", { type: "string", default: "out", describe: "results of the run that found it" })
    .option("waivers", { type: "string", default: "supply-gate.waivers.yaml", describe: "the file it is added to" })
    .example('$0 waive vulnerability-1a2b3c4d5e6f --owner web --approver security --reason "the build only"', "");
}

/**
 * `supply-gate waive`: adds an entry for one finding or gap of an earlier run, with what, where, from when and until when filled in.
 * @throws GateError USAGE_INVALID when there is no such finding, or nobody can answer for it; WAIVERS_INVALID when the entry would not count
 */
export function waiveCommand(options: WaiveOptions, world: World): number {
  const { finding: id, reason, owner, approver, justification } = options;
  const input = readResults(resolve(world.cwd, options.out), options.out);
  const { findings, jobs } = decide(input);
  const finding = findings.find((each) => each.id === id && each.class !== "waiver");
  const gap = jobs.flatMap((job) => job.gaps).find((each) => each.id === id);
  if (finding === undefined && (gap === undefined || isNeverClean(gap))) {
    const why = gap === undefined ? "no such finding or gap" : `${gap.code} is never clean: nobody can answer for it`;
    throw new GateError("USAGE_INVALID", `${id}: ${why} in ${options.out}`, {
      next: `see ${options.out}/summary.md and coverage.json for the ids`,
    });
  }
  const created = dateOf(input.plan.asOf);
  const terms = input.policy.waivers;
  const waiver: Waiver = {
    ...(finding === undefined
      ? subjectOfGap(gap as NonNullable<typeof gap>)
      : subjectOfFinding(finding, digestsOf(input.inventory))),
    reason,
    ...(justification === undefined ? {} : { justification }),
    owner,
    approver,
    created,
    expires: dayAfter(created, options.days ?? terms.maxDays),
  };
  const path = resolve(world.cwd, options.waivers);
  const text = withWaiver(existsSync(path) ? readFileSync(path, "utf8") : null, waiver);
  readWaivers(text, options.waivers, terms);
  writeFileSync(path, text);
  world.stdout(`${options.waivers}: waived ${id} from ${created} until ${waiver.expires}\n`);
  return 0;
}
