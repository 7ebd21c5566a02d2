import { z } from "zod";
import { GateError } from "../../../schemas/error.ts";
import { readJson } from "../../../schemas/read.ts";
import { ScancodeCanary, ScancodeReport } from "../../../schemas/scancode.ts";
import { conjunctsOf, readExpression } from "../../findings/spdx-expression.ts";
import { visible } from "../../findings/visible.ts";
import type { RawOutput } from "../kind.ts";
import { checkDetectionCounts } from "./counts.ts";
import { fromPythonPath } from "./python-path.ts";

/** `evidence/license_scan.json`: which licence scancode sees where; no text. Sorted; files without any detection are only in `seen`. */
export const LicenseReport = z.strictObject({
  /** Ways of matching by which the canary's licences were found. */
  canaries: z.array(z.string()),
  spdxListVersion: z.string(),
  /** Every file that scancode read, by source path. */
  seen: z.array(z.string()),
  files: z.array(
    z.strictObject({
      path: z.string(),
      /** All detections of the file, joined by AND. */
      licenseExpression: z.string(),
      detections: z.array(
        z.strictObject({
          licenseExpression: z.string(),
          /** The lowest score of its matches, 0 to 100. */
          score: z.number(),
          /** Absent when all of it was found by following a reference. */
          startLine: z.int().positive().optional(),
          endLine: z.int().positive().optional(),
          /** Other files whose text says so, to which this one refers. */
          from: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
  /** Files with matches too weak to be a detection. */
  clues: z.array(z.strictObject({ path: z.string(), count: z.int().positive() })),
  /** What scancode could not scan; `path` is empty where it speaks of the whole scan. */
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
});
export type LicenseReport = z.infer<typeof LicenseReport>;
type FileReport = LicenseReport["files"][number];
type ScancodeFile = ScancodeReport["files"][number];

/**
 * scancode's report to places.
 * @throws GateError DOCUMENT_INVALID
 */
export function collectLicenses(raw: RawOutput): LicenseReport {
  const report = readJson(ScancodeReport, raw.read("scancode.json"), "scancode report");
  const canary = readJson(ScancodeCanary, raw.read("canary.json"), "scancode canary");
  const [header] = report.headers;
  const reported = report.files.filter(({ type }) => type === "file");
  checkCount(header.extra_data.files_count, reported.length);
  checkDetectionCounts(report);
  const files = reported
    .map((file) => ({ file, path: fromPythonPath(file.path).path }))
    .filter(({ path }) => !raw.hidden.has(path));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const errors = files.flatMap(({ file, path }) =>
    file.scan_errors.map((text) => ({ path, message: lastLine(text, raw) })),
  );
  // The header names the same files once more; it counts where no file says anything.
  if (errors.length === 0) errors.push(...header.errors.map((text) => ({ path: "", message: lastLine(text, raw) })));
  if (raw.meaning === "findings" && errors.length === 0) {
    throw new GateError(
      "DOCUMENT_INVALID",
      "scancode report: exit status 1, but no error in it, expected the file that could not be scanned",
    );
  }
  return {
    canaries: foundCanaries(canary),
    spdxListVersion: header.extra_data.spdx_license_list_version,
    seen: files.map(({ path }) => path),
    files: files.flatMap(({ file, path }) => fileReport(file, path) ?? []),
    clues: files.flatMap(({ file, path }) =>
      file.license_clues.length === 0 ? [] : [{ path, count: file.license_clues.length }],
    ),
    errors,
  };
}

/** One licence by each way of matching: by tag, word for word, and approximately. */
export const CANARY_MATCHERS = ["1-spdx-id", "2-aho", "3-seq"] as const;
const CANARY_EXPRESSION = "0BSD AND ISC AND MIT";

/** All of them or none: another licence than the canary's is no sign of life. */
function foundCanaries({ expression, matchers }: ScancodeCanary): string[] {
  if (expression !== CANARY_EXPRESSION) return [];
  return CANARY_MATCHERS.filter((matcher) => matchers.includes(matcher));
}

function checkCount(stated: number, found: number): void {
  if (stated === found) return;
  throw new GateError("DOCUMENT_INVALID", `scancode report: found ${found} files, expected ${stated} by its own count`);
}

/** scancode's errors are whole tracebacks; the last line says what happened. */
function lastLine(text: string, { scanRoot }: RawOutput): string {
  const whole = text.trim();
  const line = whole.slice(whole.lastIndexOf("\n") + 1);
  return visible(line.replaceAll(scanRoot, "{scan}")).slice(0, 300);
}

function fileReport(file: ScancodeFile, path: string): FileReport | undefined {
  const { detected_license_expression_spdx: licenseExpression, license_detections: detections } = file;
  if ((licenseExpression === null) !== (detections.length === 0)) {
    throw new GateError(
      "DOCUMENT_INVALID",
      `scancode report: ${visible(path)}: a licence without a detection, or the other way round`,
    );
  }
  if (licenseExpression === null) return undefined;
  checkConjuncts(licenseExpression, detections, path);
  const places = detections.map((detection) => detectionReport(detection, file.path));
  return { path, licenseExpression, detections: places.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)) };
}

/** scancode says twice which licences a file has, as a whole and by detection: the two must agree. */
function checkConjuncts(whole: string, detections: ScancodeFile["license_detections"], path: string): void {
  // Many detections are longer together than an expression may be: their words can still be compared.
  const partsOf = "reason" in readExpression(whole) ? wordsOf : conjunctsOf;
  const parts = detections.flatMap((detection) => partsOf(detection.license_expression_spdx));
  const [stated, detected] = [partsOf(whole), parts].map((list) => [...new Set(list)].sort().join("\n"));
  if (stated === detected) return;
  const message = `scancode report: ${visible(path)}: its licence is not what its detections say`;
  throw new GateError("DOCUMENT_INVALID", message);
}

function wordsOf(expression: string): string[] {
  return expression.split(/[\s()]/).filter((word) => word !== "" && word !== "AND");
}

/** A match may lie in another file, to which this one refers ("see LICENSE"): then its lines are that file's. */
function detectionReport(
  detection: ScancodeFile["license_detections"][number],
  own: string,
): FileReport["detections"][number] {
  const matches = detection.matches.map((match) => ({
    ...match,
    file: match.from_file.slice(match.from_file.indexOf("/") + 1),
  }));
  const here = matches.filter(({ file }) => file === own);
  const from = [
    ...new Set(matches.filter(({ file }) => file !== own).map(({ file }) => fromPythonPath(file).path)),
  ].sort();
  const starts = here.map(({ start_line }) => start_line);
  const ends = here.map(({ end_line }) => end_line);
  return {
    licenseExpression: detection.license_expression_spdx,
    score: Math.min(...matches.map(({ score }) => score)),
    ...(here.length === 0 ? {} : { startLine: Math.min(...starts), endLine: Math.max(...ends) }),
    ...(from.length === 0 ? {} : { from }),
  };
}

function orderOf({ startLine = 0, endLine = 0, licenseExpression }: FileReport["detections"][number]): string {
  return `${String(startLine).padStart(9, "0")} ${String(endLine).padStart(9, "0")} ${licenseExpression}`;
}
