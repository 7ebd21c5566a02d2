import { GateError } from "../../../schemas/error.ts";
import type { ScancodeReport } from "../../../schemas/scancode.ts";

/**
 * scancode counts each sort of detection over all files, beside the files themselves: the two must agree.
 * @throws GateError DOCUMENT_INVALID
 */
export function checkDetectionCounts({ license_detections: counted, files }: ScancodeReport): void {
  const stated = new Map(counted.map((sort) => [keyOf(sort), sort.detection_count]));
  const found = new Map<string, number>();
  for (const detection of files.flatMap(({ license_detections: detections }) => detections)) {
    found.set(keyOf(detection), (found.get(keyOf(detection)) ?? 0) + 1);
  }
  const differing = [...new Set([...stated.keys(), ...found.keys()])].filter(
    (key) => stated.get(key) !== found.get(key),
  );
  if (differing.length === 0) return;
  const message = `scancode report: ${differing.length} sorts of detections are not in the files as often as it counts them`;
  throw new GateError("DOCUMENT_INVALID", message);
}

function keyOf(sort: { identifier: string; license_expression_spdx: string }): string {
  return `${sort.identifier} ${sort.license_expression_spdx}`;
}
