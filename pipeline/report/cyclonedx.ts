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
    licenses: licensesOf(listed.declaredLicenses),
    // The library holds one value an algorithm; of two that contradict each other the first by code unit.
    hashes: new HashDictionary(
      listed.hashes.toReversed().map(({ algorithm, value }) => [algorithm as HashAlgorithm, value]),
    ),
    ...(listed.version === "" ? {} : { version: listed.version }),
  });
  const cpe = listed.cpes.find((candidate) => isCPE(candidate));
  if (cpe !== undefined) model.cpe = cpe;
  for (const path of listed.locations) model.properties.add(new Property("supply-gate:location", path));
  for (const reader of listed.seenBy) model.properties.add(new Property("supply-gate:seenBy", reader));
  return model;
}

/** CycloneDX takes one expression alone, or a list without any: of several an expression becomes a name. */
function licensesOf(stated: readonly string[]): LicenseRepository {
  return new LicenseRepository(stated.map((text) => licenseOf(text, stated.length === 1)));
}

function licenseOf(stated: string, alone: boolean): License {
  const found = licenseForm(stated);
  const license =
    found.form === "id"
      ? new SpdxLicense(found.id)
      : found.form === "expression" && alone
        ? new LicenseExpression(found.expression)
        : new NamedLicense(stated);
  license.acknowledgement = LicenseAcknowledgement.Declared;
  return license;
}
