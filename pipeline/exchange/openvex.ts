import { OpenVex } from "../../schemas/openvex.ts";
import { readJson } from "../../schemas/read.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { digestOf } from "../findings/digest.ts";
import type { CompileContext, Compiled, ImportDefaults, Imported } from "./format.ts";
import { unsaid } from "./places.ts";
import { statementOf } from "./statement.ts";
import { fromVex, type VexWord, whyUnsaid } from "./vex.ts";

/**
 * OpenVEX 0.2.0. A waiver with a justification says `not_affected`; any other is a risk that somebody accepts: `affected`, with what was
 * decided as its action statement. OpenVEX has no end: it stands in the notes, and the document is to be made anew before it.
 */
export function toOpenVex(waivers: readonly Waiver[], { author, asOf }: CompileContext): Compiled {
  const reasons = waivers.map((waiver) => whyUnsaid(waiver, false));
  const losses = reasons.flatMap((why, index) => (why === undefined ? [] : [unsaid(index, why)]));
  const statements = waivers.flatMap((waiver, index) => {
    const { what, where, justification, created, expires } = waiver;
    if (reasons[index] !== undefined) return [];
    const said =
      justification === undefined
        ? {
            status: "affected",
            action_statement: statementOf(waiver),
            action_statement_timestamp: `${created}T00:00:00Z`,
          }
        : { status: "not_affected", justification, impact_statement: statementOf(waiver) };
    return [
      {
        vulnerability: { name: what.vulnerability },
        products: [{ "@id": where?.purl, identifiers: { purl: where?.purl } }],
        ...said,
        status_notes: `until ${expires}`,
        timestamp: `${created}T00:00:00Z`,
      },
    ];
  });
  const document = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": `https://openvex.dev/docs/public/vex-${digestOf(statements)}`,
    author,
    timestamp: asOf,
    version: 1,
    statements,
  };
  return { text: `${JSON.stringify(document, null, 2)}\n`, losses };
}

/** Reads an OpenVEX document. A product that names subcomponents is about them, not about itself. */
export function fromOpenVex(text: string, name: string, defaults: ImportDefaults): Imported {
  const { statements, timestamp } = readJson(OpenVex, text, name);
  const words = statements.map((statement): VexWord => {
    const products = (statement.products ?? []).flatMap(({ subcomponents, ...product }) => subcomponents ?? [product]);
    const until = /^until (\d{4}-\d\d-\d\d)$/.exec(statement.status_notes ?? "")?.[1];
    return {
      id: statement.vulnerability.name,
      products: products.map((product) => product.identifiers?.purl ?? product["@id"] ?? "a product without a name"),
      status: statement.status,
      ...(statement.justification === undefined ? {} : { justification: statement.justification }),
      text: statement.impact_statement ?? statement.action_statement ?? "",
      ...(until === undefined ? {} : { expires: until }),
      said: (statement.timestamp ?? timestamp).slice(0, 10),
    };
  });
  return fromVex(words, defaults);
}
