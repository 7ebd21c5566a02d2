import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { GateError } from "../../schemas/error.ts";
import { decide } from "../decide/decide.ts";
import type { Format, ImportDefaults, Loss } from "../exchange/format.ts";
import { FORMATS, type FormatName } from "../exchange/formats.ts";
import { visible } from "../findings/visible.ts";
import { dateOf, dayAfter } from "../waivers/days.ts";
import { withWaiver } from "../waivers/edit-file.ts";
import { readWaivers } from "../waivers/read-waivers.ts";
import { readResults } from "./base-results.ts";
import type { World } from "./world.ts";

export interface ExchangeOptions {
  readonly file: string;
  readonly format: FormatName | undefined;
  readonly out: string;
  readonly author: string;
  readonly from: string | undefined;
  readonly owner: string | undefined;
  readonly approver: string | undefined;
}

/**
 * `supply-gate waivers compile`: a waiver file in another tool's words on stdout; what could not be said, or says more, on stderr.
 * @throws GateError USAGE_INVALID without a format that can be written
 */
export function compileWaivers(text: string, options: ExchangeOptions, world: World): number {
  const { format: name, file, author, out } = options;
  const format: Format | undefined = name === undefined ? undefined : FORMATS[name];
  if (format?.compile === undefined) throw noFormat("compile");
  const { plan, policy } = readResults(resolve(world.cwd, out), out);
  const { waivers } = readWaivers(text, file, policy.waivers);
  const compiled = format.compile(waivers, { author, asOf: plan.asOf });
  world.stdout(compiled.text);
  tell(compiled.losses, world);
  return 0;
}

/**
 * `supply-gate waivers import`: adds what another tool's file waives to a waiver file. What names no package is bound to those in which the run
 * found it.
 * @throws GateError USAGE_INVALID without a format, owner and approver; DOCUMENT_INVALID for no such document
 */
export function importWaivers(options: ExchangeOptions, world: World): number {
  const { from, format: name, owner, approver, file, out } = options;
  if (name === undefined) throw noFormat("import");
  if (from === undefined || owner === undefined || approver === undefined) {
    throw new GateError("USAGE_INVALID", "waivers import: expected --from, --owner and --approver", {
      next: "say who answers for what is taken over",
    });
  }
  const input = readResults(resolve(world.cwd, out), out);
  const created = dateOf(input.plan.asOf);
  const { findings } = decide(input);
  const places: ImportDefaults["places"] = (id) =>
    findings.flatMap(({ ruleId, aliases = [], purl }) =>
      purl !== undefined && [ruleId, ...aliases].includes(id) ? [purl] : [],
    );
  const expires = dayAfter(created, input.policy.waivers.maxDays);
  const format: Format = FORMATS[name];
  const { waivers, losses } = format.read(textOf(resolve(world.cwd, from), from), from, {
    ...{ owner, approver, created, expires, places },
  });
  const path = resolve(world.cwd, file);
  let text = existsSync(path) ? readFileSync(path, "utf8") : null;
  for (const waiver of waivers) text = withWaiver(text, waiver);
  if (text !== null) {
    readWaivers(text, file, input.policy.waivers);
    writeFileSync(path, text);
  }
  world.stdout(`${file}: ${waivers.length} taken over from ${from}, ${losses.length} not\n`);
  tell(losses, world);
  return 0;
}

function tell(losses: readonly Loss[], world: World): void {
  for (const { waiver, what, why } of losses) {
    world.stderr(`${what}${waiver === null ? "" : ` (entry ${waiver + 1})`}: ${visible(why)}\n`);
  }
}

function noFormat(action: string): GateError {
  const known = Object.keys(FORMATS).filter((name) => action === "import" || name !== "csaf");
  return new GateError("USAGE_INVALID", `waivers ${action}: expected --format, one of ${known.join(", ")}`);
}

function textOf(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new GateError("USAGE_INVALID", `${file}: can't be read (${code})`, { cause });
  }
}
