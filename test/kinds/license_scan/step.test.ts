import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromPythonPath, pythonPath } from "../../../pipeline/kinds/license_scan/python-path.ts";
import { planLicenseScan } from "../../../pipeline/kinds/license_scan/step.ts";
import { sourcePathOf } from "../../../pipeline/tree/source-path.ts";
import { Step } from "../../../schemas/step.ts";
import { file, PLAN_INPUT } from "./tree.ts";

const KIND = join(import.meta.dirname, "../../../pipeline/kinds/license_scan");

function planned(input: Partial<typeof PLAN_INPUT>) {
  const result = planLicenseScan({ ...PLAN_INPUT, ...input });
  if (result.state !== "planned") throw new Error(result.state);
  return { ...result, step: Step.parse(result.step) };
}

describe("the step", () => {
  it("gives scancode no time limit, no network and no environment but ours", () => {
    const { argv, env } = planned({}).step;
    expect(argv.slice(0, 7)).toEqual([
      "{tool}/bin/python",
      "-s",
      "-B",
      "{scan}/config/run.py",
      "{scan}/config/canary.txt",
      "{out}/canary.json",
      "{scan}/config/utf-16.json",
    ]);
    expect(argv.slice(7).join(" ")).toBe(
      "--license --strip-root --processes 1 --timeout 0 --max-in-memory 0 --no-check-version --quiet --json {out}/scancode.json {scan}/tree",
    );
    expect(env["PATH"]).toBe("/nonexistent");
    expect(Object.values(env).filter((value) => value.startsWith("/"))).toEqual(["/nonexistent"]);
  });

  it("stages the programs and the canary as they lie in the source", () => {
    const { files } = planned({}).step.staging;
    for (const name of ["run.py", "driver.py", "canary.txt"])
      expect(files[name]).toBe(readFileSync(join(KIND, name), "utf8"));
    expect(files["utf-16.json"]).toBe("{}");
  });

  it("hides version control, excluded paths, installed dependencies and generated lockfiles", () => {
    const inventory = {
      ...PLAN_INPUT.inventory,
      files: [
        file("a.ts"),
        file("node_modules/x/index.js"),
        file("package-lock.json", { lockfile: "package-lock" }),
        file("go.mod", { lockfile: "go-mod" }),
      ],
      leftOut: [
        { path: ".git", reason: "version-control" as const },
        { path: "link", reason: "symlink" as const },
        { path: "vendored", reason: "policy" as const },
      ],
    };
    expect(planned({ inventory }).step.staging.tree?.hide).toEqual([
      { path: ".git" },
      { path: "vendored" },
      { path: "node_modules" },
      { path: "package-lock.json" },
    ]);
  });

  it("names the files in UTF-16", () => {
    const bytes = sourcePathOf(Buffer.from([0x62, 0xff]));
    const inventory = {
      ...PLAN_INPUT.inventory,
      files: [{ ...file("x"), ...bytes, encoding: "utf-16be" as const }, file("w.rc", { encoding: "utf-16le" })],
    };
    const { step } = planned({ inventory });
    expect(JSON.parse(step.staging.files["utf-16.json"] ?? "")).toEqual({ "b\udcff": "utf-16be", "w.rc": "utf-16le" });
  });

  it("needs a pin", () => {
    expect(() => planLicenseScan({ ...PLAN_INPUT, pin: undefined })).toThrow("no pin for scancode");
  });
});

describe("a path as Python writes it", () => {
  it.each([
    ["61", "a"],
    ["ff", "\udcff"],
    ["c3a9", "é"],
    ["c3", "\udcc3"],
    ["f09f9880", "😀"],
    ["61ffc3a9fe", "a\udcffé\udcfe"],
    ["eda080", "\udced\udca0\udc80"],
    ["c080", "\udcc0\udc80"],
  ])("stands for the bytes %s and back", (hex, text) => {
    const path = sourcePathOf(Buffer.from(hex, "hex"));
    expect(pythonPath(path)).toBe(text);
    expect(fromPythonPath(text)).toEqual(path);
  });
});
