import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Mode } from "../../schemas/common.ts";
import { type ErrorCode, GateError } from "../../schemas/error.ts";
import { type ExploitLists, type Known, NOTHING_KNOWN } from "../../schemas/known.ts";
import { Opinions } from "../../schemas/opinion.ts";
import type { Policy } from "../../schemas/policy.ts";
import { readJson } from "../../schemas/read.ts";
import type { Register } from "../../schemas/register.ts";
import type { Waiver, WaiverFile } from "../../schemas/waivers.ts";
import { readVex } from "../exchange/read-vex.ts";
import { readExploitLists } from "../exploits/read-lists.ts";
import { readRegister } from "../kinds/oss_register_audit/register.ts";
import { readPolicy } from "../policy/read-policy.ts";
import { RECOMMENDED } from "../policy/recommended.ts";
import { readWaivers } from "../waivers/read-waivers.ts";
import { commitTime, isTracked } from "./git.ts";
import type { World } from "./world.ts";

export interface GateOptions {
  readonly path: string;
  readonly mode: Mode;
  readonly policy?: string | undefined;
  readonly waivers?: string | undefined;
  readonly asOf?: string | undefined;
  readonly out?: string | undefined;
  /** Folder that keeps the artifacts of many runs. */
  readonly store?: string | undefined;
  /** Whether secret_scan looks at the history too. */
  readonly history?: boolean | undefined;
  /** Files of `supply-gate opinions`. */
  readonly opinions?: readonly string[] | undefined;
}

/** What the caller decides, read and checked before anything is walked. */
export interface Inputs {
  readonly root: string;
  readonly mode: Mode;
  readonly asOf: string;
  readonly policy: Policy;
  readonly register: Register | null;
  readonly waivers: WaiverFile | null;
  /** What other tools say of lockfiles of the tree. */
  readonly opinions: readonly Opinions[];
  /** What VEX documents of the policy say. */
  readonly vex: readonly Waiver[];
  /** What the policy counts of exploits. */
  readonly exploits: ExploitLists | null;
  /** The output folder relative to the root, when it lies inside. */
  readonly output: string | undefined;
}

/**
 * Reads source path, policy, register, waivers and as-of date.
 * @throws GateError of exit status 2 for each that is not valid
 */
export function readInputs(options: GateOptions, world: World): Inputs {
  const root = sourceRoot(resolve(world.cwd, options.path), options.path);
  refuseStoreInside(root, options, world);
  const policy = policyOf(options.policy, world);
  const waivers =
    options.waivers === undefined
      ? null
      : readWaivers(textOf(options.waivers, world, "WAIVERS_INVALID"), options.waivers, policy.waivers);
  const asOf = options.asOf === undefined ? commitTime(root, world.env["PATH"]) : readAsOf(options.asOf);
  if (waivers !== null && asOf === null) {
    throw new GateError(
      "WAIVERS_INVALID",
      `${options.waivers}: found no date to hold expiry against, expected a commit or --as-of`,
      {
        next: "give the date with --as-of: at 1970 no waiver ever expires",
      },
    );
  }
  return {
    root,
    mode: options.mode,
    asOf: asOf ?? EPOCH,
    policy,
    register: registerOf(policy, options.policy, world),
    waivers,
    vex: vexOf(policy, options.policy, world),
    exploits: exploitsOf(policy, options.policy, world),
    opinions: (options.opinions ?? []).map((path) => readJson(Opinions, textOf(path, world, "USAGE_INVALID"), path)),
    output: outputInside(root, options.out, world),
  };
}

/** What the caller brings besides, as a decision takes it; of exploit lists everything that they say. */
export function knownBy({ opinions, vex, exploits }: Inputs): Known {
  return { ...NOTHING_KNOWN, exploits, opinions: [...opinions], vex: [...vex] };
}

/** Tells of names beside the output folder whether they are under version control. */
export function trackedBeside({ root, output }: Inputs, { env }: World): (name: string) => boolean {
  return (name) => output !== undefined && isTracked(root, join(dirname(output), name), env["PATH"]);
}

/** A policy is known by its file's name, not by where that file lies: documents must not depend on the machine. */
function policyOf(path: string | undefined, world: World): Policy {
  if (path === undefined) return RECOMMENDED;
  const load = (file: string) => textOf(join(dirname(path), file), world, "POLICY_INVALID");
  return renamed(readPolicy(textOf(path, world, "POLICY_INVALID"), path, load), path);
}

function renamed(policy: Policy, path: string): Policy {
  const rules = policy.rules.map((rule) =>
    rule.at.startsWith(`${path}:`) ? { ...rule, at: `${basename(path)}${rule.at.slice(path.length)}` } : rule,
  );
  return { ...policy, name: basename(path), rules };
}

const EPOCH = "1970-01-01T00:00:00.000Z";

function sourceRoot(path: string, asGiven: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  const next = "give the folder that holds the source";
  if (found === undefined) throw new GateError("SOURCE_INVALID", `${asGiven}: no such folder`, { next });
  try {
    // The tools skip a symbolic link as root without a word: the real folder is what is scanned.
    const root = realpathSync(path);
    if (!lstatSync(root).isDirectory()) {
      throw new GateError("SOURCE_INVALID", `${asGiven}: found a file, expected a folder`, { next });
    }
    return root;
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    throw new GateError("SOURCE_INVALID", `${asGiven}: can't be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
      next,
    });
  }
}

function textOf(path: string, { cwd }: World, code: ErrorCode): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8");
  } catch (cause) {
    throw new GateError(code, `${path}: can't be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

function readAsOf(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new GateError(
      "USAGE_INVALID",
      `--as-of: found "${text}", expected a date such as 2026-01-31 or 2026-01-31T12:00:00Z`,
    );
  }
  return time.toISOString();
}

/** The lists' paths are relative to the policy file that names them. */
function exploitsOf(policy: Policy, policyPath: string | undefined, world: World): ExploitLists | null {
  return readExploitLists(policy.intelligence, (file) =>
    textOf(join(dirname(policyPath ?? "."), file), world, "POLICY_INVALID"),
  );
}

/** The documents' paths are relative to the policy file that names them. */
function vexOf({ vex, waivers }: Policy, policyPath: string | undefined, world: World): Waiver[] {
  return readVex(vex, waivers, (file) => textOf(join(dirname(policyPath ?? "."), file), world, "POLICY_INVALID"));
}

/** A register's path is relative to the policy file that names it. */
function registerOf(policy: Policy, policyPath: string | undefined, world: World): Register | null {
  if (policy.register === null) return null;
  const path = join(dirname(policyPath ?? "."), policy.register);
  return readRegister(textOf(path, world, "CONFIG_INVALID"), path);
}

/** What a run stores in the source, the next one would take for source (J-64); what it stores among its results goes with them. */
function refuseStoreInside(root: string, { store, out }: GateOptions, world: World): void {
  if (store === undefined) return;
  const place = placeOf(store, world);
  if (!isOutside(relative(root, place))) {
    throw new GateError("OUTPUT_INVALID", `${store}: found a store in the source, expected one outside`, {
      next: "give another folder with --store: the next run would take this one for source",
    });
  }
  if (out === undefined || isOutside(relative(placeOf(out, world), place))) return;
  throw new GateError("OUTPUT_INVALID", `${store}: found a store among the results, expected one beside them`, {
    next: "give another folder with --store: the next run would take this one away with the results",
  });
}

/** Where something lies or will lie, by the folder above it that is there. */
function placeOf(path: string, { cwd }: World): string {
  const whole = resolve(cwd, path);
  let above = whole;
  while (!existsSync(above)) above = dirname(above);
  return join(realpathSync(above), whole.slice(above.length));
}

function isOutside(inside: string): boolean {
  return inside.split(sep)[0] === ".." || isAbsolute(inside);
}

function outputInside(root: string, out: string | undefined, world: World): string | undefined {
  if (out === undefined) return undefined;
  const parent = dirname(resolve(world.cwd, out));
  const place = join(
    lstatSync(parent, { throwIfNoEntry: false }) === undefined ? parent : realpathSync(parent),
    resolve(world.cwd, out).slice(parent.length),
  );
  const inside = relative(root, place);
  if (inside === "")
    throw new GateError("OUTPUT_INVALID", `${out}: the results can't replace the source`, {
      next: "give another folder with --out",
    });
  if (isOutside(inside)) return undefined;
  if (isTracked(root, inside, world.env["PATH"])) {
    throw new GateError(
      "OUTPUT_INVALID",
      `${out}: found files under version control, expected a folder for results only`,
      {
        next: "give another folder with --out: this one would not be scanned",
      },
    );
  }
  return inside;
}
