import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findLeaks } from "../../pipeline/leaks/find-leaks.ts";
import { scrubberOf } from "../../pipeline/leaks/scrub.ts";
import { scrubbedError } from "../../pipeline/leaks/scrubbed-error.ts";
import { GateError } from "../../schemas/error.ts";

const secretsOf = (...texts: readonly string[]) =>
  texts.map((text, index) => ({ ruleId: `rule-${index}`, bytes: Buffer.from(text) }));
const [ONE, TWO, THREE] = ["Zq8mK2xV5tB9", "p0Lw7RcY3nHs", "uD4jG6fE1aMk"] as const;
const secrets = secretsOf(ONE, TWO, THREE);

describe("the scrubber", () => {
  it("changes nothing, not even the value's identity, when no secret occurs", () => {
    const value = { files: [{ path: "src/a.ts", size: 1 }], nothing: null, keys: { "a b": true } };
    expect(scrubberOf(secrets, value).value(value)).toBe(value);
    expect(scrubberOf([], value).value(value)).toBe(value);
  });

  it("numbers the secrets that occur by the order in which they were found, so that names that differ stay different", () => {
    const value = { paths: [`a/${THREE}.ts`, `a/${ONE}.ts`, `${ONE}/${THREE}`, "b.ts"], count: 3 };
    const scrubber = scrubberOf(secrets, value);
    expect(scrubber.value(value)).toEqual({
      paths: ["a/secret-2-redacted.ts", "a/secret-1-redacted.ts", "secret-1-redacted/secret-2-redacted", "b.ts"],
      count: 3,
    });
    expect(scrubber.text(`${TWO} was elsewhere`)).toBe("secret-redacted was elsewhere");
  });

  it("replaces every form, in keys too", () => {
    const hex = Buffer.from(ONE).toString("hex");
    const base64 = Buffer.from(`xx${TWO}`).toString("base64");
    const value = {
      [`staged/${ONE}`]: [`v=${hex}`, [...THREE].reverse().join(""), base64],
      wrapped: `Zq8mK2\n  # xV5tB9!`,
    };
    expect(scrubberOf(secrets, value).value(value)).toEqual({
      "staged/secret-1-redacted": [
        "v=secret-1-redacted",
        "secret-3-redacted",
        expect.stringMatching(/^eHh[^ ]?secret-2-redacted/),
      ],
      wrapped: "secret-1-redacted!",
    });
  });

  it("keeps a licence expression as much or as little of one as it was", () => {
    const odd = secretsOf("Zq8mK2_V5tB9");
    expect(scrubberOf(odd, "LicenseRef-Zq8mK2_V5tB9").text("LicenseRef-Zq8mK2_V5tB9")).toBe(
      "LicenseRef-secret_1_redacted",
    );
  });

  it("keeps a name that is no UTF-8 a name", () => {
    const bytes = Buffer.concat([Buffer.from(`a${ONE}`), Buffer.from([0xff])]);
    const value = { path: `a${ONE}\\xff`, pathBytes: bytes.toString("base64") };
    const clean = scrubberOf(secrets, value).value(value);
    expect(clean.path).toBe("asecret-1-redacted\\xff");
    expect(Buffer.from(clean.pathBytes, "base64")).toEqual(
      Buffer.concat([Buffer.from("asecret-1-redacted"), Buffer.from([0xff])]),
    );
  });

  it("uses no mark that a name in the tree is already", () => {
    const value = ["secret-1-redacted", ONE];
    expect(scrubberOf(secrets, value).value(value)).toEqual(["secret-1-redacted", "secret-1-redactedx"]);
  });

  it("takes what is left of a secret at the end of a message that was cut", () => {
    const long = "x".repeat(290);
    const value = { message: `${long} ${ONE.slice(0, 9)}`, short: ONE.slice(0, 9) };
    expect(scrubberOf(secrets, value).value(value)).toEqual({
      message: `${long} secret-redacted`,
      short: ONE.slice(0, 9),
    });
  });

  it("leaves nothing that the last look would find", () => {
    const form = fc.constantFrom(
      (text: string) => text,
      (text: string) => Buffer.from(text).toString("base64"),
      (text: string) => encodeURIComponent(text),
      (text: string) => JSON.stringify(text),
      (text: string) => text.replace(/.{5}/g, "$&\n"),
    );
    const planted = fc
      .array(fc.tuple(fc.string(), fc.constantFrom(ONE, TWO, THREE), form), { maxLength: 6 })
      .map((parts) => parts.map(([text, secret, write]) => `${text}${write(secret)}`).join(""));
    fc.assert(
      fc.property(fc.dictionary(planted, fc.array(planted)), (value) => {
        const clean = scrubberOf(secrets, value).value(value);
        expect(findLeaks(secrets, [["a", JSON.stringify(clean)]])).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("cleans bytes that are no text", () => {
    const log = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(ONE), Buffer.from([0x80])]);
    expect(scrubberOf(secrets, {}).bytes(log)).toEqual(
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("secret-redacted"), Buffer.from([0x80])]),
    );
  });
});

describe("an error on its way to the screen", () => {
  const scrubber = scrubberOf(secrets, {});

  it("stays as it is without a secret", () => {
    const error = new GateError("SOURCE_CHANGED", "a.ts: changed", { next: "run again" });
    expect(scrubbedError(error, scrubber)).toBe(error);
    const bug = new Error("boom");
    expect(scrubbedError(bug, scrubber)).toBe(bug);
  });

  it("loses secrets from message and advice, and its cause", () => {
    const cause = new Error(ONE);
    const error = new GateError("SOURCE_CHANGED", `${ONE}.ts: changed`, { cause, next: `remove ${TWO}` });
    const shown = scrubbedError(error, scrubber) as GateError;
    expect(shown).toMatchObject({
      code: "SOURCE_CHANGED",
      message: "secret-redacted.ts: changed",
      next: "remove secret-redacted",
    });
    expect(shown.cause).toBeUndefined();
  });

  it("loses them from the stack and the path of a bug or of the system", () => {
    const system = Object.assign(new Error(`ENOSPC: ${ONE}`), { code: "ENOSPC", path: `/tmp/${ONE}` });
    const shown = scrubbedError(system, scrubber) as NodeJS.ErrnoException;
    expect(shown).toMatchObject({ message: "ENOSPC: secret-redacted", code: "ENOSPC", path: "/tmp/secret-redacted" });
    expect(shown.stack).not.toContain(ONE);
    expect(scrubbedError(`thrown ${ONE}`, scrubber)).toBe("thrown secret-redacted");
  });
});
