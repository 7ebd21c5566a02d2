import { createHash } from "node:crypto";
import {
  ComponentScope,
  ComponentType,
  type HashAlgorithm,
  LicenseAcknowledgement,
} from "@cyclonedx/cyclonedx-library/Enums";
import {
  Bom,
  Component,
  ComponentEvidence,
  HashDictionary,
  type License,
  LicenseExpression,
  LicenseRepository,
  NamedLicense,
  Property,
  SpdxLicense,
  Tools,
} from "@cyclonedx/cyclonedx-library/Models";
import { JSON as CycloneDxJson } from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot6 } from "@cyclonedx/cyclonedx-library/Spec";
import { isCPE } from "@cyclonedx/cyclonedx-library/Types";
import type { Components, Component as Listed, Subject } from "../../schemas/component.ts";
import { uuidOf } from "../findings/digest.ts";
import { licenseForm } from "./license-form.ts";
import { rootsOf } from "./roots.ts";

/** A program that had a part in a document. */
export interface DocumentTool {
  readonly name: string;
  readonly version?: string;
}

/** The two that always have. */
export const DOCUMENT_TOOLS: readonly DocumentTool[] = [{ name: "supply-gate" }, { name: "syft" }];

/**
 * `sbom.cdx.json`: CycloneDX 1.6. A function of its arguments: the order is ours, by code unit, since the library's own sorting follows the
 * locale; the serial number is made from the content.
 */
export function toCycloneDx(
  components: Components,
  subject: Subject,
  tools: readonly DocumentTool[] = DOCUMENT_TOOLS,
): string {
  const bom = bomOf(components, subject, tools);
  const content = JSON.stringify(normalized(bom));
  bom.serialNumber = `urn:uuid:${uuidOf(createHash("sha256").update(content).digest("hex"))}`;
  bom.metadata.timestamp = new Date(subject.asOf);
  return `${JSON.stringify(normalized(bom), null, 2)}\n`;
}

/** An entry without `dependsOn` would state that a component needs nothing; most lockfiles do not say, so it is left out. */
function normalized(bom: Bom): object {
  const document = new CycloneDxJson.Normalize.Factory(Spec1dot6).makeForBom().normalize(bom, { sortLists: false });
  return {
    ...document,
    dependencies: (document.dependencies ?? []).filter(({ dependsOn }) => dependsOn !== undefined),
  };
}

function bomOf(listed: Components, subject: Subject, tools: readonly DocumentTool[]): Bom {
  const root = new Component(ComponentType.Application, subject.name, {
    bomRef: `supply-gate:${subject.sha256}`,
    version: `sha256:${subject.sha256}`,
  });
  const models = new Map(listed.components.map((component) => [component.purl, componentOf(component)]));
  for (const purl of rootsOf(listed)) root.dependencies.add(modelOf(models, purl).bomRef);
  for (const { purl, dependsOn } of listed.dependencies) {
    for (const target of dependsOn) modelOf(models, purl).dependencies.add(modelOf(models, target).bomRef);
  }
  const bom = new Bom();
  bom.metadata.component = root;
  bom.metadata.tools = new Tools();
  for (const { name, version } of tools) {
    bom.metadata.tools.components.add(
      new Component(ComponentType.Application, name, version === undefined ? {} : { version }),
    );
  }
  for (const purl of [...models.keys()].sort()) bom.components.add(modelOf(models, purl));
  return bom;
}

function modelOf(models: ReadonlyMap<string, Component>, purl: string): Component {
  const model = models.get(purl);
  if (model === undefined) throw new Error(`an edge leads to "${purl}", which is not listed`);
  return model;
}

/** `excluded` is CycloneDX's word for what is there for tests and other purposes than running. */
const SCOPES = {
  runtime: ComponentScope.Required,
  development: ComponentScope.Excluded,
} as const satisfies Record<Listed["scope"], ComponentScope>;

function componentOf(listed: Listed): Component {
  const model = new Component(ComponentType.Library, listed.name, {
    bomRef: listed.purl,
    purl: listed.purl,
    scope: SCOPES[listed.scope],
    licenses: licensesOf(listed),
    // The library holds one value an algorithm; of two that contradict each other the first by code unit.
    hashes: new HashDictionary(
      listed.hashes.toReversed().map(({ algorithm, value }) => [algorithm as HashAlgorithm, value]),
    ),
    ...(listed.version === "" ? {} : { version: listed.version }),
  });
  const cpe = listed.cpes.find((candidate) => isCPE(candidate));
  if (cpe !== undefined) model.cpe = cpe;
  if (listed.licenses !== undefined) {
    const detected = listed.licenses.detected.map((text) => licenseOf(text, false));
    model.evidence = new ComponentEvidence({ licenses: new LicenseRepository(detected) });
    const declared = isSame(listed.licenses) ? [] : listed.licenses.declared;
    for (const text of declared) model.properties.add(new Property("supply-gate:licenseDeclared", text));
  }
  for (const path of listed.locations) model.properties.add(new Property("supply-gate:location", path));
  for (const reader of listed.seenBy) model.properties.add(new Property("supply-gate:seenBy", reader));
  return model;
}

/**
 * What counts: what is declared, or where a licence fact concludes something else, that. CycloneDX takes one expression alone, or a list
 * without any: of several an expression becomes a name, unless all can be joined.
 */
function licensesOf({ declaredLicenses, licenses }: Listed): LicenseRepository {
  if (licenses === undefined || isSame(licenses)) {
    const declared = licenses?.declared ?? declaredLicenses;
    const alone = declared.length === 1;
    return new LicenseRepository(
      declared.map((text) => acknowledged(licenseOf(text, alone), LicenseAcknowledgement.Declared)),
    );
  }
  const joined = joinedLicense(licenses.concluded);
  const concluded = joined === undefined ? licenses.concluded : [joined];
  return new LicenseRepository(
    concluded.map((text) => acknowledged(licenseOf(text, concluded.length === 1), LicenseAcknowledgement.Concluded)),
  );
}

function isSame({ declared, concluded }: NonNullable<Listed["licenses"]>): boolean {
  return JSON.stringify(declared) === JSON.stringify(concluded);
}

/** Several licences of which one is an expression, as one; undefined where they can stand in a list, or one is mere words. */
function joinedLicense(licenses: readonly string[]): string | undefined {
  const forms = licenses.map(licenseForm);
  if (!forms.some(({ form }) => form === "expression") || forms.some(({ form }) => form === "text")) return undefined;
  return licenses.map((text) => (/ OR /i.test(text) && licenses.length > 1 ? `(${text})` : text)).join(" AND ");
}

function acknowledged(license: License, how: LicenseAcknowledgement): License {
  license.acknowledgement = how;
  return license;
}

function licenseOf(stated: string, alone: boolean): License {
  const found = licenseForm(stated);
  if (found.form === "id") return new SpdxLicense(found.id);
  return found.form === "expression" && alone ? new LicenseExpression(found.expression) : new NamedLicense(stated);
}
