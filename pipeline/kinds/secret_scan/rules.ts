import { Buffer } from "node:buffer";
import type { Extract } from "../../../schemas/step.ts";
import { CANARY_RULE } from "./canary.ts";

/**
 * gitleaks' default rules, taken out of the pinned program itself (they are embedded in it) with their path allow list removed:
 * that list passes over lockfiles, images, `vendor/` and `node_modules/` without a word. What we pass over instead stands in `append`,
 * for one rule: a list for all rules that names a path hides whole files of that path, whatever its condition says.
 */
export const DEFAULT_RULES: Extract = {
  program: "gitleaks",
  start: "# This file has been auto-generated. Do not edit manually.\n# If you would like to contribute new rules",
  length: 97_731,
  sha256: "e163e53b9e7e8a8511e77271e2b323ed057759542a6d988258afe3a1fa329caf",
  replace: {
    from: "[allowlist]\n",
    to: "'''(?:^|/)\\.git$''',\n]\n",
    with: '[[allowlists]]\ndescription = "values that are no secrets"\n',
  },
  append: `
[[allowlists]]
description = "go.sum: a line that is a module, a version and a hash of a public archive, and nothing else"
targetRules = ["generic-api-key"]
condition = "AND"
paths = ['''(?:^|/)go(?:\\.work)?\\.sum$''']
regexTarget = "line"
regexes = ['''^\\s*\\S+ v\\S+ h1:[A-Za-z0-9+/]{43}=\\s*$''']
${CANARY_RULE}`,
};

/** Bytes of the list that is taken out of the pinned text. */
const REPLACED_BYTES = 1413;

/** Size of the rules as they are staged: gitleaks reads that file too. */
export const RULES_BYTES =
  DEFAULT_RULES.length - REPLACED_BYTES + Buffer.byteLength(DEFAULT_RULES.replace.with + DEFAULT_RULES.append);
