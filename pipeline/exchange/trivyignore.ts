import { z } from "zod";
import type { Waiver } from "../../schemas/waivers.ts";
import { readYaml } from "../../schemas/yaml.ts";
import { canonicalPurl, withoutVersion } from "../findings/canonical-purl.ts";
import type { Compiled, ImportDefaults, Imported, Loss } from "./format.ts";
import { joined, placed, unsaid, withPlace } from "./places.ts";
import { saidIn, statementOf } from "./statement.ts";

const Entry = z.strictObject({
  id: z.string().min(1),
  paths: z.array(z.string()).optional(),
  purls: z.array(z.string()).optional(),
  statement: z.string().optional(),
  expired_at: z.iso.date().optional(),
});
type Entry = z.infer<typeof Entry>;

/** .trivyignore.yaml (Trivy 0.51 and later). */
const Trivyignore = z.strictObject({
  vulnerabilities: z.array(Entry).optional(),
  misconfigurations: z.array(Entry).optional(),
  secrets: z.array(Entry).optional(),
  licenses: z.array(Entry).optional(),
});

/** Trivy's ignore file: it knows packages, paths and dates. An entry with a purl covers that package, and only a path as well where it names one. */
export function toTrivyignore(waivers: readonly Waiver[]): Compiled {
  const losses: Loss[] = [];
  const lists: Record<"vulnerabilities" | "secrets" | "licenses", Entry[]> = {
    vulnerabilities: [],
    secrets: [],
    licenses: [],
  };
  for (const [index, waiver] of waivers.entries()) {
    const { what, where = {} } = waiver;
    const list =
      what.vulnerability !== undefined ? "vulnerabilities" : what.license !== undefined ? "licenses" : "secrets";
    const id = what.vulnerability ?? what.license ?? what.rule;
    if (id === undefined || (list === "secrets" && where.path === undefined) || what.license === "NOASSERTION") {
      losses.push(unsaid(index, "Trivy's file speaks of advisories, known licences, and rules of secrets in a file"));
      continue;
    }
    if (where.versions !== undefined) {
      losses.push(unsaid(index, "Trivy's file has no ranges of versions: without them it would cover every version"));
      continue;
    }
    if (where.sha256 !== undefined)
      losses.push({ waiver: index, what: "broader", why: "any content of the file is covered" });
    lists[list].push({
      id,
      ...(where.path === undefined ? {} : { paths: [where.path] }),
      ...(where.purl === undefined ? {} : { purls: [where.purl] }),
      statement: statementOf(waiver),
      expired_at: waiver.expires,
    });
  }
  const text = Object.entries(lists)
    .filter(([, entries]) => entries.length > 0)
    .map(([name, entries]) => `${name}:\n${entries.map((entry) => `  - ${JSON.stringify(entry)}\n`).join("")}`);
  return { text: `# Made of a waiver file: supply-gate waivers compile trivy\n${text.join("") || "{}\n"}`, losses };
}

/** Reads .trivyignore.yaml; an entry without a package covers every one there, and those in which it was found here. */
export function fromTrivyignore(text: string, name: string, defaults: ImportDefaults): Imported {
  const {
    vulnerabilities = [],
    licenses = [],
    secrets = [],
    misconfigurations = [],
  } = readYaml(Trivyignore, text, name, "DOCUMENT_INVALID");
  const left = misconfigurations.map(
    ({ id }): Loss => ({ waiver: null, what: "not-read", why: `${id}: misconfigurations are not looked for` }),
  );
  return joined([
    ...vulnerabilities.map((entry, index) => readEntry(entry, { vulnerability: entry.id }, index, defaults)),
    ...licenses.map((entry, index) => readEntry(entry, { license: entry.id }, index, defaults)),
    ...secrets.map((entry, index) => readEntry(entry, { rule: entry.id }, index, defaults)),
    { waivers: [], losses: left },
  ]);
}

function readEntry(entry: Entry, what: Waiver["what"], index: number, defaults: ImportDefaults): Imported {
  const { id, paths = [], purls = [], statement = "", expired_at: expires = defaults.expires } = entry;
  const waiver = { what, ...saidIn(statement, defaults), expires };
  const broad = [...purls.filter((purl) => !hasVersion(purl)), ...paths.filter((path) => /[*?]/.test(path))];
  if (broad.length > 0) {
    const why = `${id}: ${broad[0]} is no single version of a package, or a pattern`;
    return { waivers: [], losses: [{ waiver: index, what: "not-read", why }] };
  }
  if (purls.length === 0 && paths.length === 0) return placed(waiver, id, index, defaults);
  const places =
    purls.length === 0
      ? paths.map((path) => ({ path }))
      : purls.flatMap((purl) => (paths.length === 0 ? [{ purl }] : paths.map((path) => ({ purl, path }))));
  return { waivers: places.map((where) => withPlace(waiver, where)), losses: [] };
}

function hasVersion(text: string): boolean {
  const purl = canonicalPurl(text)?.purl;
  return purl !== undefined && withoutVersion(purl) !== purl;
}
