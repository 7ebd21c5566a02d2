import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runStep } from "../../pipeline/execute/step-runner.ts";
import { KINDS } from "../../pipeline/kinds/index.ts";
import { readPolicy } from "../../pipeline/policy/read-policy.ts";
import { KindId, Mode } from "../../schemas/common.ts";
import { Plan } from "../../schemas/plan.ts";
import { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import { Limits } from "../../schemas/step.ts";
import { caseNames, recordedCase, replay } from "../support/replay.ts";
import { makeTree } from "../support/tree.ts";
import { decidedAfter, ended, plannedJobs, planOf } from "./replayed.ts";

const LIMITS: Limits = { wallMs: 60_000, cpuMs: 60_000, memoryBytes: 2 ** 31, outputBytes: 2 ** 20 };
const [OPERATION] = plannedJobs().map(({ operation }) => operation) as [PlannedOperation];
const NIL = "00000000-0000-0000-0000-000000000000";

/** Runs a script as a step's tool; it notes each start in `log`. */
async function runScript(script: string, limits: Partial<Limits> = {}) {
  const outDir = makeTree({});
  const log = join(makeTree({ log: "" }), "log");
  const argv = ["/bin/sh", "-c", `echo start >> ${log}; ${script}`];
  const version = { argv: ["/bin/sh", "-c", `echo version >> ${log}; echo 1.0`], pattern: "(.+)" };
  const invocation = {
    argv,
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    version,
    limits: { ...LIMITS, ...limits },
    outDir,
  };
  const exit = await runStep(invocation, { graceMs: 300 });
  return { exit, log: readFileSync(log, "utf8") };
}

describe("the caller's word", () => {
  it.each(["true", "1", 1, true, null, undefined, "Release", "RELEASE", "release ", ""])(
    "J-05: the mode %j is no mode; nothing falls back to a review",
    (mode) => {
      expect(Mode.safeParse(mode).success).toBe(false);
      const { plan } = planOf({ "a.ts": "x" });
      expect(Plan.safeParse({ ...plan, mode }).success).toBe(false);
    },
  );

  it.each([
    "allowlists:\n  vuln_scan:\n    ignore_vuln_ids: [CVE-2020-1234]\n",
    "allowList: []\n",
    "rules: []\nrelease_mode: false\n",
    "rules:\n  - {id: a, class: secret, mode: [release], effect: report}\n",
  ])("J-07: a policy with words that it does not have is refused: %j", (text) => {
    expect(() => readPolicy(`schemaVersion: supply-gate/policy-1\n${text}`, "p.yaml")).toThrow(
      expect.objectContaining({ code: "POLICY_INVALID" }),
    );
  });

  it("J-07: a policy that lies in the tree is not obeyed, and the plan holds the digest of the one that is", () => {
    const own = "schemaVersion: supply-gate/policy-1\nextends: observe\n";
    const files = { "a.ts": "x", "supply-gate.policy.yaml": own };
    expect(planOf(files).plan.policy).toEqual(planOf({ "a.ts": "x" }).plan.policy);
    expect(readPolicy(own, "p.yaml").rules.filter(({ effect }) => effect === "block")).toEqual([]);
  });
});

describe("what ended badly", () => {
  it("J-54: a tool that failed makes a release INCOMPLETE with exit status 3, never PASSED", () => {
    for (const name of caseNames("vuln_scan")) {
      const { verdict } = decidedAfter("vuln_scan", name, (recording) => ({
        ...ended({ status: 127 })(recording),
        outputs: {},
      }));
      expect(verdict).toMatchObject({ mode: "release", verdict: "INCOMPLETE", exitCode: 3 });
    }
  });

  it("J-76: what the tests of bad evidence change is good before: each kind of recorded case is complete untouched", () => {
    for (const kind of ["secret_scan", "vuln_scan"] as const) {
      const states = caseNames(kind).map((name) => {
        const { planned, recording } = recordedCase(kind, name);
        return replay(planned, recording).job.state;
      });
      expect(states.filter((state) => state === "complete").length).toBeGreaterThan(4);
    }
  });
});

describe("the runner", () => {
  it("J-19: a tool that fails is run once; no second try hides the first one's end", async () => {
    const { exit, log } = await runScript("echo broken >&2; exit 9");
    expect(exit).toMatchObject({ status: 9, killedBy: null });
    expect(log).toBe("version\nstart\n");
    for (const { step } of plannedJobs()) expect(step.argv).not.toEqual(step.version.argv);
  });

  it("J-51: one limit is for the whole step: what it starts beside itself has no budget of its own", async () => {
    const { exit } = await runScript("sleep 30 & sleep 30 & sleep 30", { wallMs: 500 });
    expect(exit).toMatchObject({ killedBy: "wall", timedOut: true });
  });

  it.each([
    ["no limit on time", { cpuMs: 1, memoryBytes: 1, outputBytes: 1 }],
    ["CPU time alone", { cpuMs: 1 }],
    ["a limit of nothing", { ...LIMITS, wallMs: 0 }],
    ["a limit below nothing", { ...LIMITS, memoryBytes: -1 }],
    ["a limit that is no number", { ...LIMITS, outputBytes: Number.POSITIVE_INFINITY }],
  ])("J-50: %s is refused", (_what, limits) => expect(Limits.safeParse(limits).success).toBe(false));

  it("J-50: every step has all four limits, and its operation asks for just these", () => {
    for (const { step, operation } of plannedJobs()) {
      expect(Limits.parse(step.limits)).toEqual(step.limits);
      expect(operation.budget).toEqual({
        wall_time_ms: step.limits.wallMs,
        cpu_time_ms: step.limits.cpuMs,
        memory_bytes: step.limits.memoryBytes,
        output_bytes: step.limits.outputBytes,
      });
    }
  });

  it.each<[string, string, Partial<Limits>]>([
    ["cpu", "while :; do :; done", { cpuMs: 400 }],
    ["output", "exec yes", { outputBytes: 1000 }],
    ["wall", "sleep 30", { wallMs: 400 }],
  ])("J-50: the limit on %s is enforced", async (killedBy, script, limits) => {
    expect((await runScript(script, limits)).exit.killedBy).toBe(killedBy);
  });
});

describe("the planned operation", () => {
  it("J-70: its input is named by digest alone, never by a path", () => {
    for (const { operation } of plannedJobs()) {
      for (const { uri, content_hash } of operation.inputs) expect(uri).toBe(`artifact://sha256/${content_hash}`);
    }
    const [input] = OPERATION.inputs;
    for (const change of [{ path: "../../etc/shadow" }, { content_hash: "abc" }, { content_hash: undefined }]) {
      expect(PlannedOperation.safeParse({ ...OPERATION, inputs: [{ ...input, ...change }] }).success).toBe(false);
    }
  });

  it.each<[string, object]>([
    ["a field that it does not have", { news: 1 }],
    ["params of another type", { params: "x" }],
    ["no id", { op_id: undefined }],
    ["the id of nothing", { op_id: NIL }],
    ["an operation that is none", { operation: "conformance.test" }],
    ["a budget that is not whole", { budget: { cpu_time_ms: 1 } }],
  ])("J-71: is refused with %s", (_what, change) => {
    expect(PlannedOperation.parse(OPERATION)).toEqual(OPERATION);
    expect(PlannedOperation.safeParse({ ...OPERATION, ...change }).success).toBe(false);
  });

  it("J-72: asks for what its step uses, tool included, for no network, and never says that someone agreed", () => {
    for (const { operation, step } of plannedJobs()) {
      expect(operation.capabilities_requested).toEqual([
        "fs.read:inputs",
        "fs.write:artifacts",
        `proc.exec:${step.tool}`,
      ]);
      expect(operation.human_consent_obtained).toBe(false);
    }
    expect(PlannedOperation.safeParse({ ...OPERATION, capabilities_requested: [] }).success).toBe(false);
  });

  it("J-77: no scan claims more determinism than the engines of the registry have, and each demands evidence", () => {
    for (const { operation } of plannedJobs()) {
      expect(operation).toMatchObject({
        determinism: "D1",
        evidence_policy: { required: true, kinds: ["tool_output"] },
      });
    }
  });
});

describe("the plan", () => {
  it("J-04 J-75: has a job of every kind, and one in which a kind is missing or stands twice is refused", () => {
    const { plan } = planOf({ "a.ts": "x" });
    expect(plan.jobs.map(({ kind }) => kind).sort()).toEqual([...KindId.options].sort());
    expect(KINDS.map(({ id }) => id).sort()).toEqual([...KindId.options].sort());
    expect(Plan.safeParse(plan).success).toBe(true);
    for (const { kind } of plan.jobs) {
      const others = plan.jobs.filter((job) => job.kind !== kind);
      const twice = [...plan.jobs, ...plan.jobs.filter((job) => job.kind === kind)];
      expect([
        Plan.safeParse({ ...plan, jobs: others }).success,
        Plan.safeParse({ ...plan, jobs: twice }).success,
      ]).toEqual([false, false]);
    }
  });
});
