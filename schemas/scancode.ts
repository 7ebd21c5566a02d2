import { z } from "zod";

const Match = z.object({
  from_file: z.string(),
  start_line: z.int().positive(),
  end_line: z.int().positive(),
  score: z.number().min(0).max(100),
});

const Detection = z.object({
  identifier: z.string().min(1),
  license_expression_spdx: z.string().min(1),
  matches: z.array(Match).min(1),
});

/** One sort of detection, wherever it is. */
const Counted = z.object({
  identifier: z.string().min(1),
  license_expression_spdx: z.string().min(1),
  detection_count: z.int().positive(),
});

/**
 * scancode 32.5.0 JSON (output format 4), made with the flags of our step. Foreign document: what is not listed here is passed over,
 * what is listed must fit; a report without `--license`, or with a time limit (which silently loses detections), does not fit.
 */
export const ScancodeReport = z.object({
  headers: z.tuple([
    z.object({
      tool_name: z.literal("scancode-toolkit"),
      tool_version: z.string(),
      output_format_version: z.string().regex(/^4\./, "expected output format 4"),
      options: z.object({ "--license": z.literal(true), "--strip-root": z.literal(true), "--timeout": z.literal(0) }),
      errors: z.array(z.string()),
      extra_data: z.object({ spdx_license_list_version: z.string(), files_count: z.int().nonnegative() }),
    }),
  ]),
  license_detections: z.array(Counted),
  files: z.array(
    z.object({
      path: z.string(),
      type: z.enum(["file", "directory"]),
      detected_license_expression_spdx: z.string().min(1).nullable(),
      license_detections: z.array(Detection),
      license_clues: z.array(z.unknown()),
      scan_errors: z.array(z.string()),
    }),
  ),
});
export type ScancodeReport = z.infer<typeof ScancodeReport>;

/** What our own `run.py` says about the canary: the expression that was detected, and the matchers that found it. */
export const ScancodeCanary = z.strictObject({ expression: z.string().nullable(), matchers: z.array(z.string()) });
export type ScancodeCanary = z.infer<typeof ScancodeCanary>;
