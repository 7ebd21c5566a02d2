import { expect, it } from "vitest";
import { mergeComponents } from "../../pipeline/decide/components.ts";
import { canonicalPurl } from "../../pipeline/findings/canonical-purl.ts";
import { PURL_TYPES } from "../../pipeline/findings/purl.ts";
import { toCycloneDx } from "../../pipeline/report/cyclonedx.ts";
import { toSpdx } from "../../pipeline/report/spdx.ts";
import { Ecosystem } from "../../schemas/common.ts";
import { LOCKFILE_CASES, readLockfile } from "../support/lockfile.ts";
import { SUBJECT } from "./components.ts";
import { hasOfficialSchemas, validatorOf } from "./official-schema.ts";

/** The packages of every recorded lockfile, of all formats, from our own readers alone. */
const ALL = mergeComponents(
  LOCKFILE_CASES.map(({ path, files }) => readLockfile(path, files[path] ?? "", files)),
  null,
);

it("has a purl of the right type, that reads back as itself, for every package of every format", () => {
  const odd = ALL.components.filter(({ purl, ecosystem, version }) => {
    if (!purl.startsWith(`pkg:${(PURL_TYPES as Record<string, string>)[ecosystem]}/`)) return true;
    return version !== "" && canonicalPurl(purl)?.purl !== purl;
  });
  expect(odd).toEqual([]);
  expect([...new Set(ALL.components.map(({ ecosystem }) => ecosystem))].sort()).toEqual([...Ecosystem.options].sort());
});

it.skipIf(!hasOfficialSchemas)("fits the official schema of CycloneDX 1.6 (skipped without ../shared/data)", () => {
  const validate = validatorOf("bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json");
  const document = JSON.parse(toCycloneDx(ALL, SUBJECT, []));
  validate(document);
  expect(validate.errors).toBeNull();
  const purls = document.components.map(({ purl }: { purl: string }) => purl);
  expect(purls).toEqual(ALL.components.map(({ purl }) => purl));
});

it("names every purl in the SPDX document", () => {
  const { packages } = JSON.parse(toSpdx(ALL, SUBJECT));
  const purls = packages.flatMap(
    ({ externalRefs }: { externalRefs?: { referenceType: string; referenceLocator: string }[] }) =>
      (externalRefs ?? [])
        .filter(({ referenceType }) => referenceType === "purl")
        .map(({ referenceLocator }) => referenceLocator),
  );
  expect(purls.sort()).toEqual(ALL.components.map(({ purl }) => purl));
});
