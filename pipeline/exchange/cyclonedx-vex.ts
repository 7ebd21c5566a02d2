import { CycloneDxVex } from "../../schemas/cyclonedx-vex.ts";
import { readJson } from "../../schemas/read.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { digestOf } from "../findings/digest.ts";
import type { CompileContext, Compiled, ImportDefaults, Imported } from "./format.ts";
import { unsaid } from "./places.ts";
import { statementOf } from "./statement.ts";
import { fromVex, type VexWord, whyUnsaid } from "./vex.ts";

/** OpenVEX's justifications in CycloneDX's words; two of them are one there, so the first of them comes back. */
const JUSTIFICATIONS = {
  component_not_present: "code_not_present",
  vulnerable_code_not_present: "code_not_present",
  vulnerable_code_not_in_execute_path: "code_not_reachable",
  vulnerable_code_cannot_be_controlled_by_adversary: "requires_environment",
  inline_mitigations_already_exist: "protected_by_mitigating_control",
} as const satisfies Record<NonNullable<Waiver["justification"]>, string>;

const STATES = {
  not_affected: "not_affected",
  false_positive: "not_affected",
  resolved: "fixed",
  resolved_with_pedigree: "fixed",
  exploitable: "affected",
  in_triage: "under_investigation",
} as const;

const EXPIRES = "supply-gate:expires";

/** CycloneDX 1.6 VEX: `not_affected` with a justification, or `exploitable` with what was decided. Ranges are vers. */
export function toCycloneDxVex(waivers: readonly Waiver[], { author, asOf }: CompileContext): Compiled {
  const reasons = waivers.map((waiver) => whyUnsaid(waiver, true));
  const losses = reasons.flatMap((why, index) => (why === undefined ? [] : [unsaid(index, why)]));
  const written = waivers.filter((_, index) => reasons[index] === undefined);
  const purls = [...new Set(written.map(({ where }) => where?.purl ?? ""))].sort();
  const vulnerabilities = written.map(vulnerabilityOf);
  const digest = digestOf({ purls, vulnerabilities });
  const uuid = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuid.join("-")}`,
    version: 1,
    metadata: { timestamp: asOf, authors: [{ name: author }] },
    components: purls.map((purl) => ({ type: "library", "bom-ref": purl, name: nameIn(purl), purl })),
    vulnerabilities,
  };
  return { text: `${JSON.stringify(document, null, 2)}\n`, losses };
}

function vulnerabilityOf(waiver: Waiver) {
  const { what, where, justification, created, expires } = waiver;
  const state =
    justification === undefined
      ? { state: "exploitable", response: ["will_not_fix"] }
      : { state: "not_affected", justification: JUSTIFICATIONS[justification] };
  const range = where?.versions;
  return {
    id: what.vulnerability,
    analysis: { ...state, detail: statementOf(waiver), firstIssued: `${created}T00:00:00Z` },
    affects: [
      {
        ref: where?.purl,
        ...(range === undefined ? {} : { versions: [{ range: toVers(where?.purl ?? "", range), status: "affected" }] }),
      },
    ],
    properties: [{ name: EXPIRES, value: expires }],
  };
}

function nameIn(purl: string): string {
  return decodeURIComponent(/([^/]+?)(?:@[^@/]*)?$/.exec(purl)?.[1] ?? purl);
}

/** `>=4.17.0 <4.17.21 || =5.0.0` as `vers:npm/>=4.17.0|<4.17.21|5.0.0`. */
function toVers(purl: string, range: string): string {
  const type = /^pkg:([^/]+)\//.exec(purl)?.[1] ?? "generic";
  const parts = range.match(/(?:<=|>=|<|>|=)\s*[^\s<>=|]+/g) ?? [];
  return `vers:${type}/${parts.map((part) => part.replace(/\s/g, "").replace(/^=/, "")).join("|")}`;
}

/** A vers range back: bounds belong together in pairs, a version by itself is one. */
function fromVers(text: string): string | undefined {
  const [, list] = /^vers:[^/]+\/(.+)$/.exec(text) ?? [];
  if (list === undefined || list.includes("!=")) return undefined;
  const alternatives: string[] = [];
  let open: string | undefined;
  for (const part of list.split("|")) {
    if (/^>/.test(part)) open = part;
    else if (/^</.test(part)) {
      alternatives.push(open === undefined ? part : `${open} ${part}`);
      open = undefined;
    } else alternatives.push(`=${part}`);
  }
  return open === undefined ? alternatives.join(" || ") : undefined;
}

/** Reads the vulnerabilities of a CycloneDX document that carry an analysis; `affects` may name a purl or a component of the document. */
export function fromCycloneDxVex(text: string, name: string, defaults: ImportDefaults): Imported {
  const { vulnerabilities = [], components = [] } = readJson(CycloneDxVex, text, name);
  const byRef = new Map(
    components.flatMap((each) => (each.purl === undefined ? [] : [[each["bom-ref"] ?? "", each.purl] as const])),
  );
  const words = vulnerabilities.flatMap(({ id, analysis, affects = [], properties = [] }): VexWord[] => {
    if (analysis === undefined) return [];
    const { state, justification, detail = "", firstIssued } = analysis;
    const expires = properties.find((each) => each.name === EXPIRES)?.value;
    const because = Object.entries(JUSTIFICATIONS).find(
      ([, word]) => word === justification,
    )?.[0] as Waiver["justification"];
    const base = {
      id,
      status: STATES[state],
      text: detail,
      ...(because === undefined ? {} : { justification: because }),
      ...(expires === undefined ? {} : { expires }),
      ...(firstIssued === undefined ? {} : { said: firstIssued.slice(0, 10) }),
    };
    return affects.flatMap(({ ref, versions = [] }): VexWord[] => {
      const products = [byRef.get(ref) ?? ref];
      if (versions.length === 0) return [{ ...base, products }];
      return versions.map(({ range, version }) => {
        const own = range === undefined ? `=${version ?? ""}` : fromVers(range);
        return { ...base, products, ...(own === undefined ? {} : { versions: own }) };
      });
    });
  });
  return fromVex(words, defaults);
}
