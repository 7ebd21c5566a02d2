import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Argv } from "yargs";
import { GateError } from "../../schemas/error.ts";
import { BuiltIn, type EffectiveRule, type Policy } from "../../schemas/policy.ts";
import { visible } from "../findings/visible.ts";
import { BUILT_IN } from "../policy/built-in.ts";
import { policyDigest, readPolicy } from "../policy/read-policy.ts";
import { policyDiffCommand } from "./policy-diff-command.ts";
import type { World } from "./world.ts";

interface PolicyCommandOptions {
  readonly action: "check" | "explain" | "init" | "diff";
  readonly file: string;
  readonly other?: string | undefined;
  readonly over?: readonly string[] | undefined;
}

/** Options of `policy`. */
export function policyOptions(y: Argv) {
  return y
    .positional("action", {
      type: "string",
      choices: ["check", "explain", "init", "diff"] as const,
      demandOption: true,
    })
    .positional("file", { type: "string", default: "supply-gate.policy.yaml", describe: "the policy file" })
    .positional("other", { type: "string", describe: "diff: the new policy, or the name of a built-in" })
    .option("over", { type: "string", array: true, describe: "diff: results of earlier runs" })
    .example("$0 policy init", "writes a policy file to begin with")
    .example("$0 policy check", "reads it: every misspelt word is told with its line")
    .example("$0 policy explain", "every rule that counts, in order, with where it stands")
    .example("$0 policy diff recommended new.yaml --over out", "what would have changed in earlier runs")
    .epilogue("Exit status: 0 the policy is valid, 2 it is not, or there is none");
}

/**
 * `supply-gate policy`: a policy file by itself, before anything is scanned.
 * @throws GateError POLICY_INVALID with line and column; OUTPUT_INVALID when `init` finds a file there
 */
export function policyCommand({ action, file, other, over }: PolicyCommandOptions, world: World): number {
  if (action === "init") return init(resolve(world.cwd, file), file, world);
  const policy = policyAt(file, world);
  if (action === "diff") {
    if (other === undefined) throw new GateError("USAGE_INVALID", "policy diff: found one policy, expected two");
    return policyDiffCommand(policy, policyAt(other, world), over ?? [], world);
  }
  world.stdout(action === "check" ? `${file}: valid, ${countOf(policy)}\n` : explanation(policy, world.colors));
  return 0;
}

/** A policy file, or a built-in by its name. */
function policyAt(file: string, world: World): Policy {
  const builtIn = BuiltIn.safeParse(file);
  if (builtIn.success) return BUILT_IN[builtIn.data];
  const path = resolve(world.cwd, file);
  return readPolicy(textOf(path, file), file, (named) => textOf(join(dirname(path), named), named));
}

function countOf(policy: Policy): string {
  return `${policy.rules.length} rules, sha256 ${policyDigest(policy)}`;
}

function explanation({ rules, licenses, waivers, exclude }: Policy, colors: World["colors"]): string {
  const lines = [
    colors.bold("the first rule that fits decides; what no rule speaks of blocks"),
    ...rules.map(
      (rule) => `  ${colors.dim(visible(rule.at).padEnd(12))} ${rule.id}: ${selectorsOf(rule)} → ${rule.effect}`,
    ),
    colors.bold("licences"),
    `  allowed: ${visible(licenses.allow.join(", "))}`,
    `  denied: ${visible(licenses.deny.join(", "))}`,
    colors.bold("waivers"),
    `  for at most ${waivers.maxDays} days; told ${waivers.warnDays} days before they end`,
    ...(exclude.length === 0 ? [] : [colors.bold("not judged")]),
    ...exclude.map(({ path, reason }) => `  ${visible(path)}: ${visible(reason)}`),
  ];
  return `${lines.join("\n")}\n`;
}

function selectorsOf({
  at: _at,
  id: _id,
  effect: _effect,
  reason: _reason,
  class: name,
  ...rest
}: EffectiveRule): string {
  const parts = Object.entries(rest).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${[value].flat().join(" or ")}`],
  );
  return visible([[name].flat().join(", "), ...parts].join("; "));
}

const TEMPLATE = `# What may go in, and what may not: supply-gate run . --policy supply-gate.policy.yaml
schemaVersion: supply-gate/policy-1
extends: recommended # or strict, or observe, or {file: team.policy.yaml, sha256: "…"}
# Own rules stand before those of the policy that is extended; the first one that fits decides.
rules: []
#  - id: development-only
#    class: vulnerability
#    scope: development
#    severity: [low, medium]
#    effect: report
#    reason: it is not shipped
exclude: []
#  - path: fixtures
#    reason: recorded output for the tests; nothing of it is shipped
`;

function init(path: string, file: string, world: World): number {
  if (existsSync(path)) {
    throw new GateError("OUTPUT_INVALID", `${file}: there is one already`, { next: "name another file" });
  }
  writeFileSync(path, TEMPLATE, { flag: "wx" });
  world.stdout(`${file}: written; name it with --policy ${file}\n`);
  return 0;
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new GateError("POLICY_INVALID", `${file}: can't be read (${code})`, {
      cause,
      next: "supply-gate policy init",
    });
  }
}
