import { GateError } from "../../schemas/error.ts";
import { nearest } from "../../schemas/nearest.ts";
import type { PolicyFile, PolicyRule } from "../../schemas/policy.ts";
import { canonicalPurl } from "../findings/canonical-purl.ts";
import { PURL_TYPES } from "../findings/purl.ts";
import { LICENSE_IDS, readExpression } from "../findings/spdx-expression.ts";

type At = (path: readonly PropertyKey[]) => string;

/**
 * Refuses words that no schema can check and that would match nothing, silently: a licence that is none, a purl of no known type, a path
 * that leaves the tree, an id that is there twice.
 * @throws GateError POLICY_INVALID with line and column, and what was meant
 */
export function refuseMisspelt({ rules = [], licenses = {}, exclude = [] }: PolicyFile, at: At): void {
  for (const list of ["allow", "deny"] as const) {
    for (const [index, license] of (licenses[list] ?? []).entries()) {
      refuse(at(["licenses", list, index]), unitProblem(license, `licenses.${list}`));
    }
  }
  for (const [index, { license, path, purl }] of (licenses.clarify ?? []).entries()) {
    refuse(at(["licenses", "clarify", index, "license"]), expressionProblem(license, "licenses.clarify"));
    refuse(at(["licenses", "clarify", index, "path"]), pathProblem(path));
    if (purl !== undefined) refuse(at(["licenses", "clarify", index, "purl"]), purlProblem(purl));
  }
  for (const [index, { path }] of exclude.entries()) refuse(at(["exclude", index, "path"]), pathProblem(path));
  const ids = rules.map(({ id }) => id);
  for (const [index, rule] of rules.entries()) {
    const at_ = at(["rules", index, "id"]);
    if (ids.indexOf(rule.id) !== index) refuse(at_, `rules: found the id ${rule.id} twice, expected one rule for each`);
    for (const problem of ruleProblems(rule)) refuse(at(["rules", index, problem.key]), problem.text);
  }
}

function refuse(at: string, problem: string | undefined): void {
  if (problem === undefined) return;
  throw new GateError("POLICY_INVALID", `${at}: ${problem}`, { next: "correct the file; nothing was scanned" });
}

function ruleProblems(rule: PolicyRule): { key: string; text: string | undefined }[] {
  const classes = [rule.class].flat();
  const onlyLicenses = classes.every((name) => name === "license");
  return [
    ...(rule.purl ?? []).map((purl) => ({ key: "purl", text: purlProblem(purl) })),
    ...(rule.path ?? []).map((path) => ({ key: "path", text: pathProblem(path) })),
    ...(onlyLicenses ? (rule.ruleId ?? []) : []).map((id) => ({
      key: "ruleId",
      text: expressionProblem(id, "ruleId"),
    })),
  ];
}

/** One licence, with its exception if any. */
function unitProblem(text: string, where: string): string | undefined {
  if (text === "UNLICENSED") return undefined;
  const tree = readExpression(text);
  if ("unit" in tree) return undefined;
  if ("reason" in tree)
    return `${where}: found "${text}" (${tree.reason}), expected a licence id${meant(text, LICENSE_IDS)}`;
  return `${where}: found the compound expression "${text}", expected one licence per entry`;
}

function expressionProblem(text: string, where: string): string | undefined {
  if (text === "NOASSERTION") return undefined;
  const tree = readExpression(text);
  return "reason" in tree
    ? `${where}: found "${text}" (${tree.reason}), expected an SPDX expression${meant(text, LICENSE_IDS)}`
    : undefined;
}

/** What is wrong with a purl that somebody writes: none, or of a type that nothing here has. */
export function purlProblem(text: string): string | undefined {
  const parsed = canonicalPurl(text);
  if (parsed === undefined) return `found "${text}", expected a purl such as pkg:npm/lodash`;
  const type = text.slice("pkg:".length).split("/")[0] as string;
  const types = [...Object.values(PURL_TYPES), "generic", "github", "deb", "rpm", "apk", "docker", "oci"];
  return types.includes(type) ? undefined : `found the purl type "${type}"${meant(type, types)}`;
}

/** What is wrong with a path that somebody writes: it has to lie in the tree, and to name something of it. */
export function pathProblem(path: string): string | undefined {
  const parts = path.split("/");
  const bad =
    path.startsWith("/") || path.includes("\\") || parts.some((part) => part === ".." || part === "." || part === "");
  if (bad && path !== ".") return `found the path "${path}", expected one below the tree's root, such as apps/web`;
  return /[*?]/.test(path)
    ? `found the pattern "${path}", expected a file or a folder: patterns are not read`
    : undefined;
}

function meant(word: string, known: readonly string[]): string {
  const candidate = nearest(word, known);
  return candidate === undefined ? "" : `; did you mean "${candidate}"?`;
}
