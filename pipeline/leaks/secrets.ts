import { GateError } from "../../schemas/error.ts";
import type { InventoryFile } from "../../schemas/inventory.ts";
import type { StagedCopy } from "../../schemas/step.ts";
import { transformOf } from "../execute/host/transform.ts";
import { isLossyName } from "../tree/lossy-name.ts";
import { stagedWindow, WINDOW_BYTES, type WindowName, windowNameOf } from "../tree/windows.ts";
import { recoverSecrets, scannedText } from "./recover.ts";
import { type RedactedFinding, readRedacted } from "./redacted-report.ts";
import type { Secret } from "./secret.ts";

/** Where the scanned texts are had again. */
export interface ScannedSource {
  readonly files: readonly InventoryFile[];
  /** Files that gitleaks saw in another form and under another name. */
  readonly copies: readonly StagedCopy[];
  /** Texts of ours that were scanned too; what is found in any other is made up by us. */
  readonly texts: Readonly<Record<string, string>>;
  /** The bytes of a file of the tree, which must be those that were scanned. */
  readonly read: (file: InventoryFile) => Buffer;
  /** The text of a history's piece as it was scanned; undefined for one of ours. */
  readonly readPiece?: ((name: string) => Buffer | undefined) | undefined;
}

/**
 * The secrets that gitleaks' redacted report speaks of, in the order of their places. Our own files beside the tree hold none.
 * @throws GateError DOCUMENT_INVALID when the report is none, and what `read` throws
 */
export function secretsOf(report: string, source: ScannedSource): Secret[] {
  const byFile = new Map<string, RedactedFinding[]>();
  for (const finding of readRedacted(report)) {
    const findings = byFile.get(finding.File) ?? [];
    byFile.set(finding.File, findings);
    findings.push(finding);
  }
  const paths = new Map(source.files.map((file) => [file.path, file]));
  const copies = new Map(source.copies.map((copy) => [copy.to, copy]));
  return [...byFile].flatMap(([name, findings]) => {
    if (isLossyName(name)) return [];
    if (name.startsWith("config/")) {
      const text = source.texts[name.slice("config/".length)];
      return text === undefined ? [] : secretsIn(Buffer.from(text), findings);
    }
    if (name.startsWith("history/")) {
      const piece = source.readPiece?.(name.slice("history/".length));
      return piece === undefined ? [] : secretsIn(piece, findings);
    }
    const staged = name.startsWith("staged/") ? name.slice("staged/".length) : "";
    const window = windowNameOf(staged);
    const copy = copies.get(window === undefined ? staged : window.whole.replace("/", "@/"));
    const path = copy === undefined ? name.replace(/^tree\//, "") : copy.source.path;
    const file = paths.get(path);
    if (file === undefined) {
      throw new GateError("DOCUMENT_INVALID", "gitleaks report: a finding in a file that was never staged");
    }
    return secretsIn(windowOf(asScanned(source.read(file), copy), window), findings);
  });
}

function secretsIn(scanned: Buffer, findings: readonly RedactedFinding[]): Secret[] {
  const text = scannedText(scanned);
  return findings.flatMap((finding) =>
    recoverSecrets(text, finding).map((bytes) => ({ ruleId: finding.RuleID, bytes })),
  );
}

function asScanned(bytes: Buffer, copy: StagedCopy | undefined): Buffer {
  if (copy === undefined) return bytes;
  const transform = transformOf(copy.transform, copy.source.path);
  return Buffer.concat([transform.next(bytes), transform.end()]);
}

function windowOf(text: Buffer, window: WindowName | undefined): Buffer {
  if (window === undefined) return text;
  return stagedWindow(window.whole, window.from, text.subarray(window.from, window.from + WINDOW_BYTES)).content;
}
