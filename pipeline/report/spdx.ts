import { createHash } from "node:crypto";
import type { Component, Components, Subject } from "../../schemas/component.ts";
import { uuidOf } from "../findings/digest.ts";
import { DOCUMENT_TOOLS, type DocumentTool } from "./cyclonedx.ts";
import { licenseForm } from "./license-form.ts";
import { rootsOf } from "./roots.ts";

const ROOT = "SPDXRef-Source";

/**
 * `sbom.spdx.json`: SPDX 2.3. A function of its arguments; the namespace is made from the content.
 *
 * `created` has no fraction of a second: the specification's form is to the second.
 */
export function toSpdx(
  components: Components,
  subject: Subject,
  tools: readonly DocumentTool[] = DOCUMENT_TOOLS,
): string {
  const ids = new Map(components.components.map(({ purl }) => [purl, spdxId(purl)]));
  const content = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: subject.name,
    packages: [rootOf(subject), ...components.components.map(packageOf)],
    relationships: relationshipsOf(components, ids),
    ...extractedOf(components.components),
  };
  const digest = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  const { spdxVersion, dataLicense, SPDXID, name, ...body } = content;
  const document = {
    spdxVersion,
    dataLicense,
    SPDXID,
    name,
    documentNamespace: `urn:uuid:${uuidOf(digest)}`,
    creationInfo: {
      created: new Date(subject.asOf).toISOString().replace(/\.\d{3}Z$/, "Z"),
      creators: tools.map(({ name: tool, version }) => `Tool: ${tool}${version === undefined ? "" : `-${version}`}`),
    },
    ...body,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Readable, and distinct where two purls differ only in characters that an id can't hold. */
function spdxId(purl: string): string {
  const readable = purl.replace(/^pkg:/, "").replace(/[^A-Za-z0-9.-]+/g, "-");
  return `SPDXRef-${readable}-${createHash("sha256").update(purl).digest("hex").slice(0, 12)}`;
}

function rootOf({ name, sha256 }: Subject): object {
  return {
    SPDXID: ROOT,
    name,
    versionInfo: `sha256:${sha256}`,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: "NOASSERTION",
    copyrightText: "NOASSERTION",
    primaryPackagePurpose: "SOURCE",
  };
}

function packageOf(component: Component): object {
  const { purl, name, version, hashes, cpes, locations, declaredLicenses, licenses } = component;
  return {
    SPDXID: spdxId(purl),
    name,
    ...(version === "" ? {} : { versionInfo: version }),
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    ...(hashes.length === 0
      ? {}
      : {
          checksums: hashes.map(({ algorithm, value }) => ({
            algorithm: algorithm.replace("SHA-", "SHA"),
            checksumValue: value,
          })),
        }),
    sourceInfo: `named by ${locations.join(", ")}`,
    licenseConcluded: licenses === undefined ? "NOASSERTION" : joined(licenses.concluded),
    licenseDeclared: joined(licenses?.declared ?? declaredLicenses),
    ...(licenses === undefined || licenses.detected.length === 0
      ? {}
      : { licenseComments: `Detected in its licence files: ${licenses.detected.join("; ")}` }),
    copyrightText: "NOASSERTION",
    externalRefs: [
      { referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl },
      ...cpes.map((cpe) => ({
        referenceCategory: "SECURITY",
        referenceType: "cpe23Type",
        referenceLocator: cpe,
      })),
    ],
  };
}

/** Every licence that is stated holds, so they are joined by AND. */
function joined(stated: readonly string[]): string {
  if (stated.length === 0) return "NOASSERTION";
  const expressions = [...new Set(stated.map(expressionFor))].sort();
  if (expressions.length === 1) return expressions[0] as string;
  return expressions
    .map((expression) => (/ (AND|OR) /.test(expression) ? `(${expression})` : expression))
    .join(" AND ");
}

function expressionFor(stated: string): string {
  const found = licenseForm(stated);
  if (found.form === "id") return found.id;
  return found.form === "expression" ? found.expression : referenceTo(found.text);
}

function referenceTo(text: string): string {
  return `LicenseRef-stated-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

/** What each `LicenseRef-` of the document stands for. */
function extractedOf(components: readonly Component[]): object {
  const extracted = new Map<string, string>();
  for (const stated of new Set(components.flatMap(statedBy))) {
    const found = licenseForm(stated);
    if (found.form === "text") extracted.set(referenceTo(found.text), `Stated in package metadata as: ${found.text}`);
    if (found.form === "expression") {
      for (const id of found.references) extracted.set(id, "Named in package metadata, without its text.");
    }
  }
  if (extracted.size === 0) return {};
  return {
    hasExtractedLicensingInfos: [...extracted]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([licenseId, extractedText]) => ({ licenseId, extractedText })),
  };
}

function statedBy({ declaredLicenses, licenses }: Component): readonly string[] {
  return licenses === undefined ? declaredLicenses : [...licenses.declared, ...licenses.concluded];
}

function relationshipsOf(listed: Components, ids: ReadonlyMap<string, string>): object[] {
  const development = new Set(listed.components.flatMap(({ purl, scope }) => (scope === "development" ? [purl] : [])));
  const relationship = (from: string, relationshipType: string, to: string) => ({
    spdxElementId: ids.get(from) ?? from,
    relationshipType,
    relatedSpdxElement: ids.get(to) ?? to,
  });
  return [
    relationship("SPDXRef-DOCUMENT", "DESCRIBES", ROOT),
    ...rootsOf(listed)
      .filter((purl) => !development.has(purl))
      .map((purl) => relationship(ROOT, "DEPENDS_ON", purl)),
    ...[...development].sort().map((purl) => relationship(purl, "DEV_DEPENDENCY_OF", ROOT)),
    ...listed.dependencies.flatMap(({ purl, dependsOn }) =>
      dependsOn.map((target) => relationship(purl, "DEPENDS_ON", target)),
    ),
  ];
}
