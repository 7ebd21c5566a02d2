import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PINS } from "../../pipeline/cli/pins.ts";
import { collectEvidence } from "../../pipeline/decide/collect.ts";
import { takeInventory } from "../../pipeline/plan/inventory.ts";
import { layOut, type Replayed, recordedCase } from "../support/replay.ts";
import { makeTree } from "../support/tree.ts";
import { codesOf, decidedAfter, ended, plannedJobs, planOf, stepOf, written } from "./replayed.ts";

type Entry = Record<string, unknown>;

const paths = ({ job }: Replayed): string[] =>
  job.findings.flatMap(({ locations }) => locations.map(({ path }) => path));
const entries = (change: (list: Entry[]) => unknown) =>
  written((text) => JSON.stringify(change(JSON.parse(text) as Entry[])));
/** Values of the forms that redactors of `key=value` lines let through, put together here. */
const SECRETS = [
  ["AKIA", "MADEUPMADEUPMADE"].join(""),
  ["ghp", "x7Qp2LmZ9vTr4KsW1nBy8HcD5fGj3RtA6uEo"].join("_"),
  `{"token": "${["made", "up", "value"].join("-")}"}`,
  `password="${["made", "up", "word"].join("-")}"`,
  ["-----BEGIN", "PRIVATE KEY-----"].join(" "),
  ["postgres", "://user:made-up@host/db"].join(""),
];

describe("what gitleaks never looked at", () => {
  it("SC-1.2a SC-S05: a source that is not there is refused, and an empty list is no clean scan", () => {
    const root = join(makeTree({}), "nowhere");
    expect(() => takeInventory(root)).toThrow(expect.objectContaining({ code: "SOURCE_INVALID" }));
    expect(
      decidedAfter(
        "secret_scan",
        "empty-tree",
        entries(() => []),
      ).verdict.verdict,
    ).toBe("INCOMPLETE");
  });

  it("SC-1.2b SC-S05: a link is no source, and the tree lies below the root that is scanned", () => {
    const folder = makeTree({ "real/a.ts": "x" });
    symlinkSync(join(folder, "real"), join(folder, "link"));
    expect(() => takeInventory(join(folder, "link"))).toThrow(expect.objectContaining({ code: "SOURCE_INVALID" }));
    const { argv, cwd } = stepOf("secret_scan");
    expect({ root: argv.at(-1), cwd }).toEqual({ root: ".", cwd: "{scan}" });
  });

  it("SC-S05: gitleaks is given one path and no more", () => {
    const { argv } = stepOf("secret_scan");
    expect(argv[1]).toBe("dir");
    expect(argv.slice(2).filter((argument) => !argument.startsWith("--"))).toEqual(["."]);
    expect(argv).toContain("--redact=100");
  });

  it("SC-1.2c: a step that reads history shows every change as text, runs no program of the tree, and sees merges", () => {
    const history = plannedJobs().filter(({ step }) => step.tool === "gitleaks" && step.argv[1] !== "dir");
    for (const { step } of history) {
      const options = step.argv.find((argument) => argument.startsWith("--log-opts=")) ?? "";
      for (const flag of ["--full-history", "--all", "--text", "--no-textconv", "--no-ext-diff", "-m"]) {
        expect(options.split(/[= ]/)).toContain(flag);
      }
    }
    expect(stepOf("secret_scan", { ".gitattributes": "* binary -diff\n" }).argv).toEqual(stepOf("secret_scan").argv);
  });

  it.each([
    ['1:01AM WRN skipping directory error="open tree/closed: permission denied" path=tree/closed'],
    ["1:01AM WRN skipping file: permission denied path=tree/closed.txt"],
    ["1:01AM ERR could not open file error=made-up path=tree/a.ts"],
    ["1:01AM WRN partial scan completed in 1s"],
  ])("SC-1.2d SC-S06: a file that it could not read makes the scan incomplete: %s", (line) => {
    for (const name of ["plain", "empty-tree"]) {
      const found = decidedAfter("secret_scan", name, ({ stderr }) => ({ stderr: `${stderr}${line}\n` }));
      expect(codesOf(found)).toContain("error-line");
      expect(found.verdict.verdict).not.toBe("PASSED");
    }
  });

  it("SC-1.7a SC-S01: files that it skips by name are staged under one that is read, and reported under their own", () => {
    const { planned } = recordedCase("secret_scan", "skipped-names");
    const expected = planned.inventory.files.map(({ path }) => path).sort();
    expect(expected.length).toBeGreaterThan(1);
    expect([...new Set(paths(decidedAfter("secret_scan", "skipped-names")))].sort()).toEqual(expected);
  });

  it("SC-S02: what lies below node_modules, in lockfiles and in vendor is scanned", () => {
    const found = paths(decidedAfter("secret_scan", "default-allow-list"));
    expect(found).toEqual(expect.arrayContaining(["node_modules/x/index.js", "package-lock.json"]));
    const { staging } = stepOf("secret_scan");
    expect(staging.tree?.hide).toEqual([]);
  });

  it("SC-S07: gitleaks has no time limit of its own, and ours is no clean scan", () => {
    expect(stepOf("secret_scan").argv.filter((argument) => argument.startsWith("--timeout"))).toEqual([]);
    const found = decidedAfter("secret_scan", "plain", ended({ status: 77, timedOut: true, killedBy: "wall" }));
    expect(codesOf(found)).toContain("limit-hit");
  });

  it("SC-S08: text in UTF-16 is converted and scanned", () => {
    expect(paths(decidedAfter("secret_scan", "utf-16")).length).toBeGreaterThan(0);
    const { planned } = recordedCase("secret_scan", "utf-16");
    expect(planned.job.step.staging.copies.map(({ transform }) => transform)).toContain("utf-16-to-utf-8");
  });

  it("SC-S09: text that begins like a program or a document is scanned", () => {
    expect(paths(decidedAfter("secret_scan", "masked-text")).length).toBeGreaterThan(0);
    const heads = ["%PDF x\n", "{\\rtf x\n", "%!PS x\n", "MZ x\n"];
    const files = Object.fromEntries(heads.map((head, index) => [`f${index}.txt`, head]));
    const { copies } = stepOf("secret_scan", files).staging;
    expect(copies.map(({ source }) => source.path)).toEqual(Object.keys(files));
  });
});

describe("what a report is worth", () => {
  it.each(["null", "{}", '{"findings": [{"RuleID": "x"}]}', "[]", "", "[null]"])(
    "J-30: a report of %j is no clean scan",
    (text) => {
      for (const name of ["plain", "empty-tree"]) {
        const { job, verdict } = decidedAfter(
          "secret_scan",
          name,
          written(() => text),
        );
        expect({ state: job.state, passed: verdict.verdict === "PASSED" }).toEqual({
          state: "incomplete",
          passed: false,
        });
      }
    },
  );

  it("J-31: a partial scan ends with 1, which means nothing here; findings have a status of their own", () => {
    const { argv, exits } = stepOf("secret_scan");
    expect(argv).toContain("--exit-code=77");
    expect(exits).toEqual({ "77": "findings" });
    for (const status of [0, 1, 2, 126]) {
      expect(codesOf(decidedAfter("secret_scan", "empty-tree", ended({ status })))).toContain("exit-unexpected");
    }
  });

  it("J-32: the files as they lie are scanned, committed or not", () => {
    const step = stepOf("secret_scan", { "uncommitted.ts": "x\n" });
    expect(step.argv[1]).toBe("dir");
    expect(step.staging.tree).toEqual({ hide: [] });
    const { inventory } = planOf({ ".git/HEAD": "ref: refs/heads/main\n", "uncommitted.ts": "x\n" });
    expect(inventory.files.map(({ path }) => path)).toEqual(["uncommitted.ts"]);
  });

  it("J-36: what is left out is a whole path, never a text that others begin with", () => {
    const files = { "vendor/a.ts": "x", "vendor-evil/key.pem": "x", "vendored.ts": "x" };
    const policy = { ...planPolicy(), exclude: [{ path: "vendor", reason: "not ours" }] };
    const { inventory } = planOf(files, { policy });
    expect(inventory.files.map(({ path }) => path)).toEqual(["vendor-evil/key.pem", "vendored.ts"]);
    expect(inventory.leftOut).toEqual([{ path: "vendor", reason: "policy" }]);
  });
});

describe("the tree's own word", () => {
  it("J-33 SC-S03 SC-S04: a configuration, an ignore file or a comment of the tree hides nothing", () => {
    const found = paths(decidedAfter("secret_scan", "own-configuration"));
    const { planned } = recordedCase("secret_scan", "own-configuration");
    const own = planned.inventory.files.map(({ path }) => path).filter((path) => !path.includes(".gitleaks"));
    expect([...new Set(found)].sort()).toEqual(own.sort());
    const { argv } = stepOf("secret_scan");
    expect(argv).toContain("--config={scan}/config/gitleaks.toml");
    expect(argv).toContain("--gitleaks-ignore-path={scan}/config/empty");
    expect(argv).toContain("--ignore-gitleaks-allow");
  });
});

describe("what a scan tells of what it found", () => {
  it("J-65: the reason why a tool could not be started names no path of this machine", () => {
    const spawnError = "spawn /home/made-up/tools/gitleaks ENOENT";
    const found = decidedAfter("secret_scan", "plain", ended({ status: null, toolVersion: null, spawnError }));
    expect(codesOf(found)).toContain("spawn-failed");
    expect(JSON.stringify([...found.input.evidence.values(), found.verdict])).not.toContain("made-up");
  });

  it("J-34: of a finding only rule and place stay: no match, message, author or address", () => {
    const private_ = {
      Match: "made-up",
      Message: "made-up",
      Author: "made-up",
      Email: "made-up",
      Date: "made-up",
    };
    const found = decidedAfter(
      "secret_scan",
      "plain",
      entries((list) => list.map((entry) => ({ ...entry, ...private_ }))),
    );
    expect(found.job.findings.length).toBeGreaterThan(0);
    expect(JSON.stringify([...found.input.evidence.values(), found.verdict, found.findings])).not.toContain("made-up");
    const plain = entries((list) => list.map((entry) => ({ ...entry, Secret: "made-up" })));
    const refused = decidedAfter("secret_scan", "plain", plain);
    expect(refused.job.problems.map(({ code }) => code)).toEqual(["report-invalid"]);
    expect(JSON.stringify([...refused.input.evidence.values(), refused.verdict])).not.toContain("made-up");
  });

  it("J-82: nothing that the scanner writes is passed on, whatever form a secret has there, and the command stays readable", () => {
    const { planned, recording } = recordedCase("secret_scan", "plain");
    for (const secret of SECRETS) {
      const text = `1:01AM ERR ${secret}\n`;
      const { logDir, outDir } = layOut({ ...recording, stderr: text, outputs: { "gitleaks.json": text } });
      const evidence = collectEvidence(planned.job, { logDir, outDir, scanRoot: "/scan" }, PINS);
      expect(evidence.problems.map(({ code }) => code)).toEqual(["error-line", "report-invalid"]);
      expect(JSON.stringify(evidence)).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
    expect(planned.job.step.argv).toContain("--report-format=json");
  });
});

function planPolicy() {
  return decidedAfter("secret_scan", "empty-tree").input.policy;
}
