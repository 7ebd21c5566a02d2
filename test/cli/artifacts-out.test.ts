import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { verifyRecorder } from "../../pipeline/protocol/recorder/verify.ts";
import { sha256 } from "../protocol/artifacts/made.ts";
import { madeResults } from "../protocol/artifacts/results.ts";
import { makeTree } from "../support/tree.ts";
import { artifacts, exportRecords, toldOf } from "./artifacts.ts";

const REPORT = `artifact://sha256/${sha256("[]\n")}`;

describe("supply-gate artifacts materialize", () => {
  it("B-32 D-09 D-10 D-11: saves a payload below the working folder, with a record and an event", () => {
    const { out, ids } = madeResults();
    const cwd = makeTree({});
    expect(artifacts("materialize", out, { id: ids.report, to: "a/report.json", cwd })).toEqual({
      status: 0,
      text: "a/report.json\n",
    });
    expect(readFileSync(join(cwd, "a/report.json"), "utf8")).toBe("[]\n");
    const [record, ...more] = exportRecords(out);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      actor: "HUMAN_DEV",
      source_hashes: [sha256("[]\n")],
      export_format: "file",
      exporter: { engine_id: "supply_gate.artifacts" },
      determinism_level: "bitwise",
      export_target: "local_file",
      policy_id: "supply-gate.default",
      redactions_applied: false,
      output_artifact_handles: [{ artifact_id: ids.report, uri: REPORT }],
      materialized_paths: ["a/report.json"],
    });
    expect(toldOf(out)).toMatchObject([
      {
        type: "artifact_action",
        action: "materialize",
        artifact: REPORT,
        target: "report.json",
        outcome: "done",
        code: null,
        actor: "human",
      },
    ]);
  });

  it("D-13: leaves the results as they were written, and the recorder's chain whole", () => {
    const { out, ids } = madeResults();
    artifacts("materialize", out, { id: ids.folder, to: "tree", cwd: makeTree({}) });
    expect(artifacts("verify", out)).toEqual({ status: 0, text: "3 artifacts: as they were written\n" });
    expect(verifyRecorder(readFileSync(join(out, "run/flight-recorder.jsonl"))).state).toBe("complete");
    expect(statSync(join(out, "run/exports", readdirSync(join(out, "run/exports"))[0] ?? "")).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["D-12 D-20: what may not leave", "secret", "x", "may not leave"],
    ["D-09: a path outside", "report", "../x", "leads out of the folder"],
    ["D-09: a path that is there", "report", "there", "there is something already"],
  ] as const)("%s: is refused, and that is recorded", (_what, which, to, reason) => {
    const { out, ids } = madeResults();
    const cwd = makeTree({ there: "mine" });
    expect(() => artifacts("materialize", out, { id: ids[which], to, cwd })).toThrow(
      expect.objectContaining({ code: "OUTPUT_INVALID", message: expect.stringContaining(reason) }),
    );
    expect(readdirSync(cwd)).toEqual(["there"]);
    expect(toldOf(out)).toMatchObject([{ action: "materialize", outcome: "refused", code: "OUTPUT_INVALID" }]);
    const [record] = exportRecords(out);
    expect(record?.materialized_paths).toBeUndefined();
    expect(record?.errors).toEqual([expect.stringContaining(reason)]);
  });

  it("D-09: does nothing that the recorder can't be told of", () => {
    const { out, ids } = madeResults();
    const cwd = makeTree({});
    const recorder = join(out, "run/flight-recorder.jsonl");
    writeFileSync(recorder, readFileSync(recorder, "utf8").replace('"exit_code":1', '"exit_code":0'));
    expect(() => artifacts("materialize", out, { id: ids.report, to: "x", cwd })).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID" }),
    );
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("supply-gate artifacts export", () => {
  it("D-07 D-08 D-12: makes the same bytes twice of all that may leave, and names what may not", () => {
    const { out, ids } = madeResults();
    const cwd = makeTree({});
    const [one, two] = ["a.zip", "b.zip"].map((to) => {
      const { text } = artifacts("export", out, { to, cwd });
      expect(text).toMatch(new RegExp(`^${to}: 2 artifacts, 1 may not leave, bundle [0-9a-f]{64}\n$`));
      return readFileSync(join(cwd, to));
    });
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
    const files = unzipSync(one ?? Buffer.alloc(0));
    expect(Object.keys(files).sort()).toEqual(
      [
        "bundle_index.json",
        "bundle_manifest.json",
        `L3/${ids.report}/artifact.json`,
        `L3/${ids.report}/payload`,
        `L3/${ids.folder}/artifact.json`,
        `L3/${ids.folder}/payload/a/b.txt`,
        `L3/${ids.folder}/payload/c.txt`,
      ].sort(),
    );
    const manifest = JSON.parse(Buffer.from(files["bundle_manifest.json"] ?? []).toString("utf8"));
    expect(manifest.omitted.map(({ path }: { path: string }) => path)).toEqual([
      `L3/${ids.secret}/artifact.json`,
      `L3/${ids.secret}/payload`,
    ]);
  });

  it("D-11: leaves a record of the bundle that names each source, and an event", () => {
    const { out } = madeResults();
    const cwd = makeTree({});
    artifacts("export", out, { to: "bundle.zip", cwd });
    const hash = sha256(readFileSync(join(cwd, "bundle.zip")));
    const [record] = exportRecords(out);
    expect(record).toMatchObject({
      export_format: "zip",
      output_artifact_handles: [{ kind: "bundle", content_hash: hash }],
      materialized_paths: ["bundle.zip"],
    });
    expect(record?.source_hashes.length).toBe(2);
    expect(toldOf(out)).toMatchObject([{ action: "export", artifact: `artifact://sha256/${hash}`, outcome: "done" }]);
  });

  it("D-13: lets nothing out that was changed since", () => {
    const { out, ids } = madeResults();
    const cwd = makeTree({});
    appendFileSync(join(out, "artifacts/L3", ids.report, "payload"), "x");
    expect(() => artifacts("export", out, { to: "x.zip", cwd })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^TAMPER_DETECTED: /) }),
    );
    expect(existsSync(join(cwd, "x.zip"))).toBe(false);
  });

  it("D-09: refuses a place outside or taken, and that is recorded", () => {
    const { out } = madeResults();
    const cwd = makeTree({ "x.zip": "mine" });
    for (const to of ["../y.zip", "x.zip"])
      expect(() => artifacts("export", out, { to, cwd })).toThrow(expect.objectContaining({ code: "OUTPUT_INVALID" }));
    expect(readFileSync(join(cwd, "x.zip"), "utf8")).toBe("mine");
    expect(toldOf(out).map((event) => event.type === "artifact_action" && event.outcome)).toEqual([
      "refused",
      "refused",
    ]);
  });
});
