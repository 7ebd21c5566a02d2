import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../support/shared-data.ts";
import { REQUIREMENTS, shownBy, toReference } from "./catalogue.ts";

const NOTES = resolve(ROOT, "../shared/docs/protocol.md");
const SHOWN = shownBy();

describe("the requirements of the protocol", () => {
  it("are each shown by a test that names them, or do not apply, with the reason", () => {
    const open = REQUIREMENTS.filter(({ id, why }) => why === undefined && !SHOWN.has(id));
    expect(open.map(({ id, words }) => `${id} ${words}`)).toEqual([]);
    const both = REQUIREMENTS.filter(({ id, why }) => why !== undefined && SHOWN.has(id));
    expect(both.map(({ id }) => id)).toEqual([]);
  });

  it("are in docs/reference/protocol.md (vitest -u writes it anew)", async () => {
    await expect(toReference(REQUIREMENTS, SHOWN)).toMatchFileSnapshot(join(ROOT, "docs/reference/protocol.md"));
  });

  it.skipIf(!existsSync(NOTES))("are all that protocol.md has (skipped without ../shared/docs)", () => {
    const lines = [...readFileSync(NOTES, "utf8").matchAll(/^- ([A-H]-\d\d)\b(.*)$/gm)];
    const wanted = lines.filter(([, , text]) => /\[(MUST|PKT|DERIV)\b/.test(text ?? "")).map(([, id]) => id);
    expect(wanted.length).toBeGreaterThan(130);
    expect(REQUIREMENTS.map(({ id }) => id)).toEqual(wanted);
  });
});
