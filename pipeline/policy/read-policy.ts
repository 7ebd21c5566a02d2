import { createHash } from "node:crypto";
import { GateError } from "../../schemas/error.ts";
import { type EffectiveRule, type Policy, PolicyFile } from "../../schemas/policy.ts";
import { readPlacedYaml } from "../../schemas/yaml.ts";
import { digestOf } from "../findings/digest.ts";
import { BUILT_IN } from "./built-in.ts";
import { RECOMMENDED } from "./recommended.ts";
import { refuseMisspelt } from "./spelling.ts";

/** Text of a file that a policy names, by its path relative to that policy. @throws GateError when it can't be read */
export type LoadText = (file: string) => string;

const MAX_DEPTH = 5;

/**
 * Reads a policy file over what it extends: its own rules come first, what else it leaves out is as there.
 * @throws GateError POLICY_INVALID with line and column, for a misspelt key, word, licence or package with the one that was meant; for an
 * extended file of another digest
 */
export function readPolicy(text: string, name: string, load: LoadText = nothingToLoad, depth = 0): Policy {
  const { value: file, at } = readPlacedYaml(PolicyFile, text, name, "POLICY_INVALID");
  refuseMisspelt(file, at);
  const base = baseOf(file, at(["extends"]), load, depth);
  const rules = (file.rules ?? []).map((rule, index) => ({ ...rule, at: lineOf(at(["rules", index])) }));
  return {
    name,
    rules: [...rules, ...base.rules],
    licenses: {
      allow: file.licenses?.allow ?? base.licenses.allow,
      deny: file.licenses?.deny ?? base.licenses.deny,
      clarify: [...(file.licenses?.clarify ?? []), ...base.licenses.clarify],
    },
    waivers: {
      maxDays: file.waivers?.maxDays ?? base.waivers.maxDays,
      warnDays: file.waivers?.warnDays ?? base.waivers.warnDays,
    },
    exclude: file.exclude ?? base.exclude,
    register: file.register ?? base.register,
    intelligence: { ...base.intelligence, ...file.intelligence },
    vex: [...(file.vex ?? []), ...base.vex],
  };
}

/** Digest of a policy as it is applied, over canonical JSON: the same rules under another file name, or on other lines, are the same policy. */
export function policyDigest({ name: _name, rules, ...rest }: Policy): string {
  return digestOf({ ...rest, rules: rules.map(({ at: _at, ...rule }: EffectiveRule) => rule) });
}

function nothingToLoad(file: string): never {
  throw new GateError(
    "POLICY_INVALID",
    `${file}: found a policy that extends a file, expected one that needs no other`,
  );
}

function baseOf({ extends: named }: PolicyFile, at: string, load: LoadText, depth: number): Policy {
  if (named === undefined) return RECOMMENDED;
  if (typeof named === "string") return BUILT_IN[named];
  if (depth === MAX_DEPTH) {
    throw new GateError("POLICY_INVALID", `${at}: extends: found more than ${MAX_DEPTH} policies one over the other`);
  }
  const text = load(named.file);
  const found = createHash("sha256").update(text).digest("hex");
  if (found !== named.sha256) {
    throw new GateError(
      "POLICY_INVALID",
      `${at}: extends: ${named.file}: found sha256 ${found}, expected ${named.sha256}`,
      { next: "read what has changed in that policy, then name its new digest" },
    );
  }
  const base = readPolicy(text, named.file, load, depth + 1);
  const beside = ["register", "intelligence", "vex"] as const;
  const relative = beside.find((key) => Object.keys(base[key] ?? {}).length > 0);
  if (relative === undefined) return base;
  throw new GateError(
    "POLICY_INVALID",
    `${at}: extends: ${named.file}: found ${relative}, expected a policy that names no further files`,
    { next: `name the files of ${relative} in the policy that extends it` },
  );
}

/** `policy.yaml:14`: a rule is known by its line. */
function lineOf(place: string): string {
  return place.slice(0, place.lastIndexOf(":"));
}
