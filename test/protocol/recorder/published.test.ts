import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { diagnosticsOf } from "../../../pipeline/protocol/diagnostics/build.ts";
import { Diagnostic } from "../../../schemas/protocol/diagnostic.ts";
import { FlightEvent } from "../../../schemas/protocol/flight-event.ts";
import { finding, input } from "../diagnostics/made.ts";
import { linesOf, recorded } from "./made.ts";

/** The schema as it is published (A-27, B-06), compiled by somebody else's validator. */
function published(schema: z.ZodType) {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(z.toJSONSchema(schema, { target: "draft-2020-12" }));
}

describe("the published schemas (A-27)", () => {
  it("take every event of a run, and none with a key or a type that is not theirs", () => {
    const fits = published(FlightEvent);
    for (const line of linesOf(recorded().bytes)) {
      const event = JSON.parse(line);
      expect([event.type, fits(event)]).toEqual([event.type, true]);
      expect(fits({ ...event, more: 1 })).toBe(false);
      expect(fits({ ...event, type: "terminal" })).toBe(false);
    }
  });

  it("take a diagnostic, and none without its code", () => {
    const fits = published(Diagnostic);
    const [made] = diagnosticsOf(input({ findings: [finding()] }));
    expect(fits(made)).toBe(true);
    const { code: _gone, ...rest } = made ?? { code: "" };
    expect(fits(rest)).toBe(false);
  });
});
