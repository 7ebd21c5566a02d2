import { describe, expect, it } from "vitest";
import { isHiddenByName, lineShiftOf, stagedCopy } from "../../../pipeline/kinds/secret_scan/staged-name.ts";
import type { InventoryFile } from "../../../schemas/inventory.ts";

const file = (path: string, more: Partial<InventoryFile> = {}): InventoryFile => ({
  path,
  size: 10,
  sha256: "0".repeat(64),
  encoding: "text",
  ...more,
});

describe("isHiddenByName", () => {
  it.each([
    "config.tar.md",
    "x.gz.txt",
    "app.brand.ts",
    "b.zipkin.yml",
    ".env.broker",
    "A.BR",
    "q.s2x",
    "lines.lz",
    "m.mz",
  ])("knows that gitleaks takes %s for an archive", (name) => expect(isHiddenByName(name)).toBe(true));

  it.each(["plain.ts", "x;y.ts", "lz.ts", "a.lzy", "targz", ".gitleaks.toml", "b.7"])(
    "knows that %s is read in place",
    (name) => expect(isHiddenByName(name)).toBe(false),
  );
});

describe("stagedCopy", () => {
  it("leaves what is read in place where it is", () => {
    expect(stagedCopy(file("src/plain.ts"), 1)).toBeUndefined();
  });

  it("stages a hidden name under one that is read, with its ending", () => {
    expect(stagedCopy(file("deep/app.brand.ts"), 7)).toEqual({
      source: { path: "deep/app.brand.ts" },
      sha256: "0".repeat(64),
      to: "000007/app_brand.ts",
      transform: "none",
    });
  });

  it.each(["a.tar.gz.br.zip.txt", ".env.broker", "x.7z", "M.LZ", "a.zzz"])(
    "stages %s under a name that is not hidden itself",
    (name) => {
      const base = (stagedCopy(file(name), 1)?.to ?? "").split("/")[1] as string;
      expect(isHiddenByName(base)).toBe(false);
    },
  );

  it("converts UTF-16, and puts a line in front of text that looks like a program", () => {
    expect(stagedCopy(file("a.ps1", { encoding: "utf-16le" }), 1)?.transform).toBe("utf-16-to-utf-8");
    const masked = stagedCopy(file("a.env", { encoding: "masked-text" }), 2);
    expect(masked).toMatchObject({ to: "000002+1/a.env", transform: "prefix-newline" });
    expect(lineShiftOf(`staged/${masked?.to}`)).toBe(1);
    expect(lineShiftOf("staged/000002/a.env")).toBe(0);
  });

  it("stages names that are no plain text under plain ones", () => {
    const bad = { pathBytes: Buffer.from([0xff]).toString("base64") };
    expect(stagedCopy(file("\\xff", bad), 3)).toMatchObject({ source: { path: "\\xff", ...bad }, to: "000003/_xff" });
    expect(stagedCopy(file("a\nb.ts"), 4)?.to).toBe("000004/a_b.ts");
  });

  it("leaves out what has no text: empty files, and real archives", () => {
    expect(stagedCopy(file("x.gz", { encoding: "binary", unscanned: "archive" }), 1)).toBeUndefined();
    expect(stagedCopy(file("x.gz", { size: 0 }), 1)).toBeUndefined();
  });

  it("stages a binary that only its name hides, and leaves others where they lie", () => {
    expect(stagedCopy(file("x.gz", { encoding: "binary" }), 1)).toMatchObject({ to: "000001/x_gz", transform: "none" });
    expect(stagedCopy(file("x.bin", { encoding: "binary" }), 1)).toBeUndefined();
  });
});
