import exceptions from "spdx-exceptions/index.json" with { type: "json" };
import deprecatedLicenses from "spdx-license-ids/deprecated.json" with { type: "json" };
import licenses from "spdx-license-ids/index.json" with { type: "json" };
import { z } from "zod";
import { Severity } from "../../schemas/common.ts";
import { Evidence } from "../../schemas/evidence.ts";
import { Inventory } from "../../schemas/inventory.ts";
import { Known } from "../../schemas/known.ts";
import { Lockfile } from "../../schemas/lockfile.ts";
import { Plan } from "../../schemas/plan.ts";
import { LicenseProblem, Policy, RegisterProblem, WaiverProblem } from "../../schemas/policy.ts";
import { Verdict } from "../../schemas/verdict.ts";
import { WaiverFile } from "../../schemas/waivers.ts";
import type { Secret } from "./secret.ts";

/**
 * The secrets without those that are words of our own documents, whatever was scanned: they give nothing away. A tree that calls such a word a
 * password must not be able to have it struck out of the policy.
 */
export function withoutPublicWords(secrets: readonly Secret[]): Secret[] {
  if (secrets.length === 0) return [];
  const words = Buffer.from(publicWords());
  return secrets.filter(({ bytes }) => !words.includes(bytes));
}

function publicWords(): string {
  const schemas = [Plan, Inventory, Lockfile, Evidence, Policy, WaiverFile, Known, Verdict];
  return JSON.stringify([
    ...schemas.map((schema) => z.toJSONSchema(schema, { unrepresentable: "any" })),
    ...RULE_WORDS,
    licenses,
    deprecatedLicenses,
    exceptions,
  ]);
}

/** `vulnerability.high`, `license.denied`, …: what findings are called. */
const RULE_WORDS = [
  ...Severity.options.map((word) => `vulnerability.${word}`),
  ...LicenseProblem.options.map((word) => `license.${word}`),
  ...RegisterProblem.options.map((word) => `register.${word}`),
  ...WaiverProblem.options.map((word) => `waiver.${word}`),
];
