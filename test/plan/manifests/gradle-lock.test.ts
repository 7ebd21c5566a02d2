import { describe, expect, it } from "vitest";
import { invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

describe("gradle.lockfile", () => {
  it("reads what each line locks, of a project and of its build script", () => {
    const text =
      "# comment\n\norg.example:a:1.0=compileClasspath\norg.example:b:2.0-rc.1=\nempty=annotationProcessor\n";
    const packages = ["org.example:a@1.0", "org.example:b@2.0-rc.1"];
    expect(packagesOf(readLockfile("gradle.lockfile", text))).toEqual(packages);
    expect(packagesOf(readLockfile("x/buildscript-gradle.lockfile", text))).toEqual(packages);
  });

  it("is an empty list where every configuration is empty", () => {
    expect(readLockfile("gradle.lockfile", "empty=\n")).toEqual({
      path: "gradle.lockfile",
      format: "gradle-lock",
      packages: [],
      gaps: [],
    });
  });

  it.each(["org.example:a:1.0", "org.example:a=x", ">>>", "org.example:a:1.0:sources=x", ":a:1=x"])(
    "refuses the line %j with its number",
    (line) => {
      expect(() => readLockfile("gradle.lockfile", `# x\n${line}\nempty=\n`)).toThrow(invalidAt("gradle.lockfile:2: "));
    },
  );

  it("refuses a file that breaks off before its last line", () => {
    expect(() => readLockfile("gradle.lockfile", "a:b:1=x\n")).toThrow(
      invalidAt('gradle.lockfile: found no line "empty="'),
    );
    expect(() => readLockfile("gradle.lockfile", "")).toThrow(invalidAt("gradle.lockfile: "));
  });
});
