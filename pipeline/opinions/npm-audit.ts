import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";
import { GateError } from "../../schemas/error.ts";
import { type NpmAdvisory, NpmAuditReport } from "../../schemas/npm-audit.ts";
import type { OpinionItem, Opinions } from "../../schemas/opinion.ts";
import { readJson } from "../../schemas/read.ts";
import { cleanEnv } from "../execute/host/tools/program.ts";
import { trustedPath } from "../execute/search-path.ts";
import { purlOf } from "../findings/purl.ts";
import { rate } from "../findings/severity.ts";
import { visible } from "../findings/visible.ts";
import { CANARY_PACKAGE } from "./canary.ts";
import { lookedUp } from "./looked-up.ts";
import { type Ran, runProgram } from "./program.ts";
import { answerTo, inOrder, noAnswer, type Question } from "./question.ts";

/** Where the caller's registry and what opens it are said. */
const USERS = [
  ...["npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_userconfig", "NPM_CONFIG_USERCONFIG"],
  ...["NPM_TOKEN", "NODE_AUTH_TOKEN", "NODE_EXTRA_CA_CERTS"],
];

/** The user's file may say otherwise, and each of these would leave packages out, or everything. */
const WHOLE = [
  ...["--offline=false", "--prefer-offline=false", "--audit=true", "--global=false", "--workspaces=false"],
  ...["--include=prod", "--include=dev", "--include=optional", "--include=peer", "--audit-level=low"],
];
const QUIET = ["--ignore-scripts", "--update-notifier=false", "--fund=false", "--loglevel=error", "--color=false"];

/**
 * Asks the caller's registry about the packages of a package-lock.json, through `npm audit`. Names and versions go there, nothing else of the
 * tree: neither its package.json nor its .npmrc is used. The answer depends on the day: it may support a finding, never replace one.
 * @param env the caller's: which registry is asked is the caller's choice, not the tree's
 * @throws GateError TOOL_UNAVAILABLE; NETWORK_FAILED when the registry does not answer; DOCUMENT_INVALID when its answer is not whole
 */
export async function askNpmAudit(
  question: Question,
  { env, tree, now }: { env: Readonly<Record<string, string | undefined>>; tree: string; now: () => Date },
): Promise<Opinions> {
  const { tool, work, signal, lockfile } = question;
  const [project, temporary] = [join(work, "project"), join(work, "tmp")];
  for (const folder of [project, temporary]) mkdirSync(folder);
  const packages = [...lookedUp(lockfile), CANARY_PACKAGE];
  const root = { name: "supply-gate-audit", version: "0.0.0" };
  const own = {
    "": root,
    ...Object.fromEntries(packages.map(({ name, version }, i) => [nodeOf(i), { name, version }])),
  };
  writeFileSync(join(project, "package.json"), JSON.stringify({ ...root, private: true }));
  writeFileSync(join(project, "package-lock.json"), JSON.stringify({ ...root, lockfileVersion: 3, packages: own }));
  const ours = { PATH: trustedPath(env["PATH"], tree), TMPDIR: temporary, npm_config_cache: join(work, "cache") };
  const surroundings = { cwd: project, env: cleanEnv(env, USERS, ours), signal };
  const said = await runProgram([tool, "--version"], surroundings);
  const asked = now().toISOString();
  const ran = await runProgram([tool, "audit", "--json", "--package-lock-only", ...WHOLE, ...QUIET], surroundings);
  return {
    ...answerTo(question),
    ...{ source: "npm-audit", version: said.stdout.trim(), ecosystem: "npm" },
    database: { advisories: null, sha256: null, asked },
    items: readNpmAudit(ran, packages),
  };
}

/**
 * Reads the answer to a list of packages whose last one is the canary: a registry that knows nothing about it has no advisories, whatever
 * else it says. A request that failed ends as findings do, with another document.
 * @throws GateError NETWORK_FAILED, DOCUMENT_INVALID
 */
export function readNpmAudit(ran: Ran, packages: readonly { name: string; version: string }[]): OpinionItem[] {
  if (!/"auditReportVersion"/.test(ran.stdout)) throw unanswered(ran);
  const { vulnerabilities, metadata } = readJson(NpmAuditReport, ran.stdout, "npm audit");
  if (ran.status !== 1) throw noAnswer("npm audit", ran, "no finding", "exit 1 for the canary");
  const { total } = metadata.dependencies;
  if (total !== packages.length) throw noAnswer("npm audit", ran, `${total} packages`, `${packages.length}`);
  const known = new Map(packages.map((entry, index) => [nodeOf(index), entry]));
  const hits = Object.values(vulnerabilities).flatMap(({ name, via, nodes }) => {
    const advisories = via.filter((entry) => typeof entry !== "string");
    return nodes.flatMap((node) => {
      const place = known.get(node);
      const found = advisories.filter(({ range }) => place !== undefined && isIn(place.version, range));
      if (place === undefined || place.name !== name || found.length === 0) {
        throw noAnswer("npm audit", ran, `${name} at ${node} by no advisory`, "one that speaks of its version");
      }
      return found.map((advisory) => ({ node, item: itemOf(advisory, place) }));
    });
  });
  const canary = nodeOf(packages.length - 1);
  if (!hits.some(({ node, item }) => node === canary && item.id === CANARY_PACKAGE.id)) {
    const { id, name, version } = CANARY_PACKAGE;
    throw noAnswer("npm audit", ran, `nothing about ${name} ${version}`, `${id}: the registry knows no advisories`);
  }
  return inOrder(hits.filter(({ node }) => node !== canary).map(({ item }) => item));
}

/** Packages stand side by side: nothing is said through another one. */
function nodeOf(index: number): string {
  return `node_modules/package-${index}`;
}

function isIn(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true, loose: true });
}

function itemOf(advisory: NpmAdvisory, { name, version }: { name: string; version: string }): OpinionItem {
  const { source, title, url, severity, cvss, range } = advisory;
  const vector = cvss?.vectorString;
  const record = {
    id: "npm audit",
    database_specific: { severity: severity === "info" ? "low" : severity },
    ...(vector == null || vector === "" ? {} : { severity: [{ type: "CVSS_V3", score: vector }] }),
  };
  const rated = rate([record], name, "npm", []);
  return {
    id: /GHSA(-[23456789cfghjmpqrvwx]{4}){3}/.exec(url)?.[0] ?? `npm-${source}`,
    aliases: [],
    purl: purlOf("npm", name, version),
    class: "vulnerability",
    severity: rated.severity,
    severitySource: rated.source.replace(/^npm audit: /, ""),
    title: visible(title).slice(0, 500),
    detail: visible(`affected: ${range}`).slice(0, 500),
  };
}

/** Only the status: address and message may hold what opens the registry. */
function unanswered(ran: Ran): GateError {
  const status = /"statusCode": (\d{3})/.exec(ran.stdout)?.[1];
  const found = status === undefined ? `exit ${ran.status} and no report` : `status ${status} from the registry`;
  return new GateError("NETWORK_FAILED", `npm audit: found ${found}, expected an audit report of version 2`, {
    next: "name a registry that has npm's advisory endpoint, or leave npm audit out",
  });
}
