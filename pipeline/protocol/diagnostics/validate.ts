import { z } from "zod";
import { Diagnostic } from "../../../schemas/protocol/diagnostic.ts";
import { digestOf } from "../../findings/digest.ts";
import { NOT_EVALUATED, policyDecisionId } from "./decision-id.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { finished } from "./finish.ts";

/** One thing that a validator (E-13) does not accept: which one, about which diagnostic or event, and why. */
export interface Breach {
  readonly validator:
    | "VAL-DIAG-001"
    | "VAL-FP-001"
    | "VAL-CORR-001"
    | "VAL-REDACT-001"
    | "VAL-POLICY-001"
    | "VAL-NAV-001";
  readonly id: string | null;
  readonly message: string;
}

/** VAL-DIAG-001: every one fits DIAG-SCHEMA-001, and no two have one id. */
export function validateShape(values: readonly unknown[]): Breach[] {
  const seen = new Set<string>();
  return values.flatMap((value): Breach[] => {
    const parsed = Diagnostic.safeParse(value);
    if (!parsed.success) {
      const message = z.prettifyError(parsed.error).replaceAll("\n", "; ").slice(0, 1000);
      return [{ validator: "VAL-DIAG-001", id: idOf(value), message }];
    }
    const { id } = parsed.data;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew ? [] : [{ validator: "VAL-DIAG-001", id, message: "found a second diagnostic with this id" }];
  });
}

/** VAL-FP-001: the fingerprint is that of the diagnostic's own parts, and the same when another system wrote them. */
export function validateFingerprints(diagnostics: readonly Diagnostic[]): Breach[] {
  return diagnostics.flatMap((each): Breach[] => {
    const { id, fingerprint } = each;
    const found = [each, asElsewhere(each)].map(fingerprintOf).find((made) => made !== fingerprint);
    if (found === undefined) return [];
    return [{ validator: "VAL-FP-001", id, message: `found fingerprint ${fingerprint}, expected ${found}` }];
  });
}

/** VAL-REDACT-001: no diagnostic holds a secret; `holdsSecret` looks for the found ones in whatever form they may stand. */
export function validateRedaction(
  diagnostics: readonly Diagnostic[],
  holdsSecret: (text: string) => boolean,
): Breach[] {
  return diagnostics
    .filter((each) => holdsSecret(JSON.stringify(each)) || stringsIn(each).some(holdsSecret))
    .map(({ id }) => ({ validator: "VAL-REDACT-001", id, message: "holds a secret that was found in the tree" }));
}

/** VAL-POLICY-001: the decision of this policy about what one of its places names, or the mark that no policy had a word; never both, never neither. */
export function validatePolicy(diagnostics: readonly Diagnostic[], policySha256: string): Breach[] {
  return diagnostics.flatMap(({ id, tags, policy_decision_id: decision, locations }): Breach[] => {
    const isMarked = tags?.includes(NOT_EVALUATED) ?? false;
    const breach = (message: string): Breach[] => [{ validator: "VAL-POLICY-001", id, message }];
    if (decision === undefined) return isMarked ? [] : breach(`found neither a policy decision nor ${NOT_EVALUATED}`);
    if (isMarked) return breach(`found a policy decision and ${NOT_EVALUATED}`);
    const subjects = (locations ?? []).flatMap(({ entity_id }) => entity_id ?? []);
    if (subjects.some((subject) => policyDecisionId(policySha256, subject) === decision)) return [];
    return breach(`found a policy decision that is not this policy's about ${subjects[0] ?? "anything"}`);
  });
}

/** A breach as a diagnostic of the gate itself (E-13): `fatal`, from `system`. */
export function breachDiagnostics(breaches: readonly Breach[], asOf: string): Diagnostic[] {
  return breaches.map(({ validator, id, message }) => {
    const subject = `breach-${digestOf({ validator, id, message }).slice(0, 12)}`;
    return finished(
      {
        subject,
        source: "system",
        severity: "fatal",
        code: validator,
        title: `${validator}: ${id ?? "no id"}`,
        message: [message],
        tags: ["breach", NOT_EVALUATED],
        status: "open",
        locations: [{ entity_id: subject }],
        link: { link_confidence: "unlinked" },
      },
      asOf,
    );
  });
}

function asElsewhere(each: Diagnostic): Diagnostic {
  const locations = each.locations?.map(({ path, ...place }) => ({
    ...place,
    ...(path === undefined ? {} : { path: path.replaceAll("/", "\\") }),
  }));
  const title = ` ${each.title.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n").normalize("NFD")}\n`;
  return { ...each, title, ...(locations === undefined ? {} : { locations: locations.reverse() }) };
}

function idOf(value: unknown): string | null {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" ? id : null;
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...stringsIn(item)]);
}
