import path from "node:path";
import { describe, expect, it } from "vitest";
import { Lockfile } from "../../../schemas/lockfile.ts";
import { LOCKFILE_CASES, readLockfile } from "../../support/lockfile.ts";

describe.each(LOCKFILE_CASES)("the recorded $format $name", (recorded) => {
  const text = recorded.files[recorded.path] ?? "";

  it("reads as its golden file says", async () => {
    const lockfile = Lockfile.parse(readLockfile(recorded.path, text, recorded.files));
    await expect(`${JSON.stringify(lockfile, null, 2)}\n`).toMatchFileSnapshot(
      path.join(recorded.folder, "lockfile.json"),
    );
  });

  it("reads the same with a byte order mark and with CRLF", () => {
    const plain = readLockfile(recorded.path, text, recorded.files);
    expect(readLockfile(recorded.path, `\uFEFF${text}`, recorded.files)).toEqual(plain);
    expect(readLockfile(recorded.path, text.replaceAll("\n", "\r\n"), recorded.files)).toEqual(plain);
  });

  it("is either refused or complete in the formats that show a cut, wherever it is cut off", () => {
    if (!SHOWS_A_CUT.has(`${recorded.format} ${recorded.name}`)) return;
    const whole = readLockfile(recorded.path, text, recorded.files).packages.length;
    const step = Math.max(1, Math.floor(text.length / 120));
    for (let end = 0; end < text.trimEnd().length; end += step) {
      expect(packagesOrRefusal(recorded.path, text.slice(0, end))).toBeOneOf([whole, "LOCKFILE_INVALID"]);
    }
  });
});

/** The others end their text with the last package: what is missing behind a line break leaves no trace. */
const SHOWS_A_CUT = new Set([
  ...[
    "package-lock v1",
    "package-lock v2",
    "package-lock v3",
    "pnpm-lock v9.0",
    "yarn-lock yarn-3",
    "yarn-lock yarn-4",
  ],
  ...["poetry-lock poetry-1.4", "poetry-lock poetry-1.8", "poetry-lock poetry-2.5", "uv-lock v1"],
  ...[
    "gradle-lock syft",
    "gradle-lock buildscript",
    "gradle-verification odd-versions",
    "mix-lock many",
    "mix-lock syft",
  ],
  ...[
    "pom-xml syft",
    "pom-xml interpolation",
    "conan-lock v0.0",
    "conan-lock v0.4",
    "conan-lock v0.5",
    "stack-lock syft",
  ],
  ...["renv-lock mixed", "renv-lock bioconductor", "swift-resolved v2"],
]);

function packagesOrRefusal(place: string, text: string): unknown {
  try {
    return readLockfile(place, text).packages.length;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
