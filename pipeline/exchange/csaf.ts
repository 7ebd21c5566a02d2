import { Csaf, type CsafBranch } from "../../schemas/csaf.ts";
import { readJson } from "../../schemas/read.ts";
import { Justification } from "../../schemas/waivers.ts";
import type { ImportDefaults, Imported } from "./format.ts";
import { fromVex, type VexWord } from "./vex.ts";

type Tree = NonNullable<Csaf["product_tree"]>;
type Vulnerability = NonNullable<Csaf["vulnerabilities"]>[number];

const STATUSES = {
  known_not_affected: "not_affected",
  known_affected: "affected",
  fixed: "fixed",
  first_fixed: "fixed",
  under_investigation: "under_investigation",
} as const;

/** Reads a CSAF 2.0 document (`csaf_vex`, or any with a product status). Products are named by purl, by way of branches and relationships. */
export function fromCsaf(text: string, name: string, defaults: ImportDefaults): Imported {
  const { document, product_tree: tree = {}, vulnerabilities = [] } = readJson(Csaf, text, name);
  const purls = purlsOf(tree);
  const said = document.tracking.current_release_date.slice(0, 10);
  return fromVex(
    vulnerabilities.flatMap((vulnerability) => wordsOf(vulnerability, purls, said)),
    defaults,
  );
}

function wordsOf(vulnerability: Vulnerability, purls: ReadonlyMap<string, string>, said: string): VexWord[] {
  const { cve, ids = [], flags = [], threats = [], product_status: status = {} } = vulnerability;
  const id = cve ?? ids[0]?.text ?? "a vulnerability without an id";
  return Object.entries(STATUSES).flatMap(([key, word]) =>
    (status[key as keyof typeof STATUSES] ?? []).map((product): VexWord => {
      const about = <T extends { readonly product_ids?: readonly string[] | undefined }>(each: T) =>
        each.product_ids?.includes(product) ?? true;
      const justification = Justification.safeParse(flags.find(about)?.label);
      return {
        id,
        products: [purls.get(product) ?? product],
        status: word,
        ...(justification.success ? { justification: justification.data } : {}),
        text: threats.find((threat) => threat.category === "impact" && about(threat))?.details ?? "",
        said,
      };
    }),
  );
}

/** Purl of each product id. What is part of something else is known by its own purl, else by that of the part. */
function purlsOf({ branches = [], full_product_names: names = [], relationships = [] }: Tree): Map<string, string> {
  const purls = new Map<string, string>();
  const keep = (product: NonNullable<CsafBranch["product"]>) => {
    const purl = product.product_identification_helper?.purl;
    if (purl !== undefined) purls.set(product.product_id, purl);
  };
  const walk = ({ product, branches: below = [] }: CsafBranch): void => {
    if (product !== undefined) keep(product);
    for (const branch of below) walk(branch);
  };
  for (const branch of branches) walk(branch);
  for (const product of names) keep(product);
  for (const { product_reference: part, full_product_name: whole } of relationships) {
    const own = whole.product_identification_helper?.purl ?? purls.get(part);
    if (own !== undefined) purls.set(whole.product_id, own);
  }
  return purls;
}
