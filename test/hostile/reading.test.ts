import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseJson } from "../../pipeline/plan/manifests/json.ts";
import { readPolicy } from "../../pipeline/policy/read-policy.ts";
import { readWaivers } from "../../pipeline/waivers/read-waivers.ts";
import { GateError } from "../../schemas/error.ts";
import { readJson } from "../../schemas/read.ts";
import { readYaml } from "../../schemas/yaml.ts";
import { missing, naughtyStrings } from "../support/hostile/fuel.ts";
import { SHARED_DATA } from "../support/shared-data.ts";

const DEEP = 100_000;
const LAUGHS = ["a: &a [x, x]", ..."bcdefghijklmnopqrstuvwxyz".split("").map(laugh)].join("\n");

function laugh(letter: string, index: number): string {
  const before = "abcdefghijklmnopqrstuvwxy"[index];
  return `${letter}: &${letter} [*${before}, *${before}, *${before}, *${before}]`;
}

/** How reading ends: the error's code, "read", or, which is a bug, the name of any other error. */
function end(read: () => unknown): string {
  try {
    read();
    return "read";
  } catch (error) {
    return error instanceof GateError ? error.code : `crash: ${String(error).slice(0, 200)}`;
  }
}

const TERMS = { maxDays: 90, warnDays: 14 };

const NESTED = {
  "flow lists": `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`,
  "flow lists that stay open": "[".repeat(DEEP),
  "flow objects": `${"{a: ".repeat(DEEP)}1${"}".repeat(DEEP)}`,
  "lists in a line": `${"- ".repeat(DEEP)}x`,
  "lists in a line, with tabs": `${"-\t".repeat(DEEP)}x`,
  "objects in a line": `${"a: ".repeat(DEEP)}x`,
  "lists of objects in a line": `${"- a: ".repeat(DEEP)}x`,
  "anchors in a line": `${"- &a ".repeat(DEEP)}x`,
  "quoted keys in a line": `${'"a":'.repeat(DEEP)}x`,
  "keys of keys": `${"? ".repeat(DEEP)}x`,
  "indented lists": Array.from({ length: 1000 }, (_, level) => `${" ".repeat(level)}-`).join("\n"),
  "indented objects": Array.from({ length: 1000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"),
} as const;

describe("a document that a person writes", () => {
  it.each(Object.entries(NESTED))("is refused in one line when it holds %s without end", (_what, text) => {
    const schema = z.unknown();
    expect(end(() => readYaml(schema, text, "f.yaml", "POLICY_INVALID"))).toBe("POLICY_INVALID");
    expect(end(() => readPolicy(text, "f.yaml"))).toBe("POLICY_INVALID");
    expect(end(() => readWaivers(text, "f.yaml", TERMS))).toBe("WAIVERS_INVALID");
  });

  it("is refused when it is a billion laughs, a loop, a tag or a prototype", () => {
    for (const text of [LAUGHS, "a: &a\n  b: *a\n", "a: !!js/function 'x'\n", "__proto__: {block: {}}\n"]) {
      expect(end(() => readPolicy(text, "f.yaml"))).toBe("POLICY_INVALID");
    }
  });

  it("is never a crash, whatever one byte of it is", () => {
    const text = "schemaVersion: supply-gate/policy-1\nextends: recommended\nexclude:\n  - {path: a, reason: 'b c'}\n";
    for (let at = 0; at < text.length; at++) {
      for (const byte of ["\0", "[", "&", "*", "!", "|", "%", '"', "\n"]) {
        const ended = end(() => readPolicy(text.slice(0, at) + byte + text.slice(at + 1), "f.yaml"));
        expect(["read", "POLICY_INVALID"]).toContain(ended);
      }
    }
  });
});

const Document = z.object({ a: z.unknown() });

describe("a document that a tool writes", () => {
  it("may nest without end where nobody looks, and is refused where it is read", () => {
    const deep = `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`;
    expect(end(() => readJson(z.strictObject({ a: z.string() }), `{"a": ${deep}}`, "report"))).toBe("DOCUMENT_INVALID");
    expect(end(() => readJson(z.strictObject({ a: z.string() }), deep, "report"))).toBe("DOCUMENT_INVALID");
    expect(end(() => readJson(z.strictObject({ a: z.string() }), "[".repeat(DEEP), "report"))).toBe("DOCUMENT_INVALID");
  });

  it("changes no prototype", () => {
    readJson(
      Document,
      '{"a": 1, "__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
      "report",
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("names issues without end in a message that has one", () => {
    const text = JSON.stringify(Array.from({ length: 100_000 }, () => 1));
    const message = (() => {
      try {
        return String(readJson(z.array(z.string()), text, "report"));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message.length).toBeLessThan(3000);
  });
});

const noSuite = missing("json-test-suite.tar.gz");
const suite = noSuite === undefined ? cases() : [];

function cases(): { name: string; text: string }[] {
  const tar = join(SHARED_DATA, "json-test-suite.tar.gz");
  const names = execFileSync("tar", ["-tzf", tar], { encoding: "utf8" })
    .split("\n")
    .filter((name) => name.endsWith(".json"));
  const texts = execFileSync("tar", ["-xzOf", tar, ...names], { maxBuffer: 64 * 1024 * 1024 });
  const sizes = execFileSync("tar", ["-tvzf", tar], { encoding: "utf8" }).split("\n");
  let at = 0;
  return names.map((name) => {
    const size = Number(
      sizes
        .find((line) => line.endsWith(` ${name}`))
        ?.trim()
        .split(/\s+/)[2],
    );
    const text = texts.subarray(at, at + size).toString("utf8");
    at += size;
    return { name: name.replace(/^.*\//, ""), text };
  });
}

describe.skipIf(noSuite !== undefined)(`the JSON test suite (${noSuite ?? "unpacked here"})`, () => {
  it("has cases", () => {
    expect(suite.length).toBeGreaterThan(300);
  });

  it("is read by the lockfiles' parser as JSON says, but for keys that are there twice", () => {
    const twice = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"];
    const wrong = suite.flatMap(({ name, text }) => {
      const ended = end(() => parseJson(name, text, 64));
      // Text with replacement characters in it is JSON; whether its bytes were UTF-8 is not for a parser of text to say.
      const expected =
        twice.includes(name) || (name.startsWith("n_") && !text.includes("\ufffd")) ? "LOCKFILE_INVALID" : undefined;
      if (ended.startsWith("crash")) return [`${name}: ${ended}`];
      if (expected !== undefined) return ended === expected ? [] : [`${name}: ${ended}`];
      return name.startsWith("y_") && ended !== "read" ? [`${name}: ${ended}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  it("ends in a value or an error of ours wherever JSON or YAML is read", () => {
    const crashed = suite.flatMap(({ name, text }) =>
      [
        end(() => readJson(Document, text, name)),
        end(() => readYaml(z.unknown(), text, name, "POLICY_INVALID")),
        end(() => readPolicy(text, name)),
        end(() => readWaivers(text, name, TERMS)),
      ].flatMap((ended) => (ended.startsWith("crash") ? [`${name}: ${ended}`] : [])),
    );
    expect(crashed).toEqual([]);
  });
});

const noStrings = missing("blns.tar.gz");

describe.skipIf(noStrings !== undefined)(`the Big List of Naughty Strings (${noStrings ?? "unpacked here"})`, () => {
  it("ends in a value or an error of ours as a policy's reason, name and whole text", () => {
    const crashed = naughtyStrings().flatMap((text) =>
      [text, `extends: ${text}`, JSON.stringify({ exclude: [{ path: text, reason: text }] })].flatMap((policy) => {
        const ended = end(() => readPolicy(policy, "f.yaml"));
        return ended.startsWith("crash") ? [`${text}: ${ended}`] : [];
      }),
    );
    expect(crashed).toEqual([]);
  });
});
