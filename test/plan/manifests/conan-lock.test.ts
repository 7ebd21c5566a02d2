import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

const read = (value: unknown) => readLockfile("conan.lock", JSON.stringify(value));
const graph = (nodes: object, version = "0.4") => ({ version, graph_lock: { nodes } });

describe("conan.lock", () => {
  it("reads the lists of Conan 2, references in all their forms", () => {
    const lock = {
      version: "0.5",
      requires: ["a/1.0#00%16.7", "b/cci.20210118", "c/1.0@user/channel#00:11#22"],
      build_requires: ["cmake/3.1"],
      python_requires: ["tool/1"],
      config_requires: ["conf/2"],
    };
    expect(packagesOf(read(lock))).toEqual(["a@1.0", "b@cci.20210118", "c@1.0", "cmake@3.1", "conf@2", "tool@1"]);
    expect(packagesOf(read({ version: "0.5", requires: [] }))).toEqual([]);
  });

  it("reads the graph of Conan 1: the recipe that was locked is no package, an editable one is a gap", () => {
    const lock = graph({
      "0": { ref: "own/1.0", path: "conanfile.py", requires: ["1", "2"], build_requires: ["3"] },
      "1": { ref: "a/1.0#00", context: "host" },
      "2": { ref: "edited/1.0", path: "../edited" },
      "3": { pref: "b/2.0:00#11" },
    });
    expect(packagesOf(read(lock))).toEqual(["a@1.0", "b@2.0"]);
    expect(gapsOf(read(lock))).toEqual(["path-dependency edited: ../edited"]);
    expect(read(lock).own).toEqual(["own"]);
    expect(
      packagesOf(read(graph({ "0": { pref: null, requires: { "a/1.0": "1" } }, "1": { pref: "a/1.0" } }))),
    ).toEqual(["a@1.0"]);
  });

  it("refuses a node that is not there, a reference that is none, and other versions", () => {
    expect(() => read(graph({ "0": { requires: ["1"] } }))).toThrow(invalidAt('conan.lock: found no node "1"'));
    expect(() => read(graph({ "0": { requires: ["1"] }, "1": { ref: "1.2.3" } }))).toThrow(
      invalidAt('conan.lock: found "1.2.3"'),
    );
    expect(() => read({ version: "0.5", requires: ["1.2.3#00"] })).toThrow(invalidAt('conan.lock: found "1.2.3#00"'));
    for (const lock of [{}, [], null, { version: "0.5" }, { requires: [] }, { version: "0.6", requires: [] }]) {
      expect(() => read(lock)).toThrow(invalidAt("conan.lock: "));
    }
  });
});
