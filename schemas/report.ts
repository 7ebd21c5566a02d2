import { z } from "zod";
import { Problem } from "./evidence.ts";
import { Coverage, JudgedFinding } from "./finding.ts";

/** The protocol's names (G-01); a secret scan and a register audit have the same four fields under kinds of their own (K-17). */
export const ReportKind = z.enum(["Secret", "Vuln", "SBOM", "License", "Register"]);
export type ReportKind = z.infer<typeof ReportKind>;

/** `reports/<kind>.json`: SupplyChainReport (G-01). `timestamp` is the as-of date: a report is a function of content. */
export const SupplyChainReport = z.strictObject({
  kind: ReportKind,
  /** Name and version of the tool. */
  engine_version: z.string().min(1),
  timestamp: z.iso.datetime(),
  findings: z.strictObject({
    state: z.enum(["complete", "incomplete", "not-required"]),
    /** Why it is not required. */
    reason: z.string().nullable(),
    problems: z.array(Problem),
    coverage: Coverage.nullable(),
    items: z.array(JudgedFinding),
  }),
});
export type SupplyChainReport = z.infer<typeof SupplyChainReport>;
