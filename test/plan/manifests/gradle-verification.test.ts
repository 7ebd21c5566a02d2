import { describe, expect, it } from "vitest";
import { invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const NAME = "gradle/verification-metadata.xml";
const metadata = (components: string) =>
  `<verification-metadata>\n<components>${components}</components></verification-metadata>`;

describe("gradle/verification-metadata.xml", () => {
  it("reads every component, whatever the order of its attributes, their quotes and the prefix of its names", () => {
    const text =
      "<g:verification-metadata xmlns:g='x'><g:components><g:component version='1' name=\"a\" group='org.&#x65;x'/></g:components></g:verification-metadata>";
    expect(packagesOf(readLockfile(NAME, text))).toEqual(["org.ex:a@1"]);
    expect(packagesOf(readLockfile(NAME, metadata("<!-- <component group='a'/> -->")))).toEqual([]);
  });

  it("refuses a component without a version, with its line", () => {
    expect(() => readLockfile(NAME, metadata("\n<component group='a' name='b'/>"))).toThrow(invalidAt(`${NAME}:3: `));
  });

  it("refuses other XML, broken XML and none", () => {
    expect(() => readLockfile(NAME, "<project/>")).toThrow(invalidAt(`${NAME}:1: found <project>`));
    expect(() => readLockfile(NAME, "<verification-metadata/>")).toThrow(invalidAt(`${NAME}: found no <components>`));
    expect(() => readLockfile(NAME, metadata("\n<component>"))).toThrow(invalidAt(`${NAME}:3: found broken XML`));
    expect(() => readLockfile(NAME, "\n")).toThrow(invalidAt(`${NAME}: found an empty file`));
  });

  it("refuses nesting without end", () => {
    expect(() => readLockfile(NAME, "<a>".repeat(100_000))).toThrow(invalidAt(`${NAME}: found nesting without end`));
  });

  it("expands no entity of the document", () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>`;
    const text = `${bomb}${metadata("<component group='&b;' name='&f;' version='1'/>")}`;
    expect(packagesOf(readLockfile(NAME, text))).toEqual(["\uFFFD:\uFFFD@1"]);
  });
});
