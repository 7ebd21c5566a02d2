import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const read = (packages: object) =>
  readLockfile("renv.lock", JSON.stringify({ R: { Version: "4.3.1" }, Packages: packages }));
const entry = (name: string, rest: object) => ({ [name]: { Package: name, Version: "1.0-2", ...rest } });

describe("renv.lock", () => {
  it("looks up what comes from CRAN and its mirrors, which osv-scanner passes over", () => {
    const packages = {
      ...entry("a", { Source: "Repository", Repository: "CRAN" }),
      ...entry("b", { Source: "Repository", Repository: "RSPM" }),
    };
    expect(packagesOf(read(packages))).toEqual(["a@1.0-2", "b@1.0-2"]);
    expect(gapsOf(read(packages))).toEqual([]);
  });

  it("has a gap for every other source, and for none", () => {
    const packages = {
      ...entry("bioc", { Source: "Bioconductor" }),
      ...entry("git", { Source: "Git", RemoteUrl: "https://u:t@example.invalid/g.git" }),
      ...entry("hub", {
        Source: "GitHub",
        RemoteHost: "api.example.invalid",
        RemoteUsername: "u",
        RemoteRepo: "r",
        RemoteSha: "01",
      }),
      ...entry("local", { Source: "Local", RemoteUrl: "../local" }),
      ...entry("none", {}),
      ...entry("url", { Source: "URL", RemoteUrl: "https://example.invalid/u.tar.gz" }),
    };
    expect(gapsOf(read(packages))).toEqual([
      "git-dependency git: https://example.invalid/g.git",
      "git-dependency hub: api.example.invalid/u/r#01",
      "path-dependency local: ../local",
      "url-dependency bioc: Bioconductor 1.0-2",
      "url-dependency none: no source stated",
      "url-dependency url: https://example.invalid/u.tar.gz",
    ]);
    expect(packagesOf(read(packages))).toHaveLength(6);
  });

  it.each([
    "",
    "{}",
    "null",
    "[]",
    '{"R": {"Version": "4"}}',
    '{"R": {"Version": "4"}, "Packages": {"a": {"Package": "a"}}}',
  ])("refuses %j", (text) => {
    expect(() => readLockfile("renv.lock", text)).toThrow(invalidAt("renv.lock: "));
  });
});
