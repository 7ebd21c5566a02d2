import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunStepOptions, runStep } from "../../pipeline/execute/step-runner.ts";
import { ExitRecord, type Limits, type StepInvocation } from "../../schemas/step.ts";

const MIB = 1024 * 1024;
const WIDE: Limits = { wallMs: 60_000, cpuMs: 60_000, memoryBytes: 2048 * MIB, outputBytes: 16 * MIB };
const PATH = "/usr/bin:/bin";

let outDir: string;
/** An argument that only this test's processes carry, so that they can be found. */
let needle: string;
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), "step-"));
  needle = String(300 + Math.random()).slice(0, 18);
});
afterEach(() => rmSync(outDir, { recursive: true, force: true }));

function invoke(argv: string[], more: Partial<StepInvocation> = {}): StepInvocation {
  return { argv, cwd: "/", env: { PATH }, limits: WIDE, outDir, ...more };
}
/** Runs a shell script; `N` in it is a number of seconds that is this test's own. */
const shell = (script: string, more: Partial<StepInvocation> = {}, options: RunStepOptions = {}) =>
  runStep(invoke(["/bin/sh", "-c", script.replaceAll("N", needle)], more), { graceMs: 300, ...options });
const text = (name: string): string => readFileSync(join(outDir, name), "utf8");
const leftOver = (): string[] =>
  execFileSync("ps", ["-axo", "pid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(needle) && !/^\s*\d+\s+Z/.test(line));

describe("a step that ends by itself", () => {
  it("leaves both streams and a record that fits the schema", async () => {
    const exit = await shell("echo out; echo err >&2; exit 3");
    expect(exit).toMatchObject({ status: 3, signal: null, spawnError: null, killedBy: null, timedOut: false });
    expect([text("stdout"), text("stderr")]).toEqual(["out\n", "err\n"]);
    expect(ExitRecord.parse(JSON.parse(text("exit.json")))).toEqual(exit);
    expect(statSync(join(outDir, "stdout")).mode & 0o777).toBe(0o600);
    expect(existsSync(join(outDir, "exit.json.partial"))).toBe(false);
  });

  it("sees the given environment and nothing else (J-65)", async () => {
    await runStep(invoke(["/usr/bin/env"], { env: { ONLY: "this" } }));
    expect(text("stdout")).toBe("ONLY=this\n");
  });

  it("finds standard input at its end", async () => {
    await shell("wc -c");
    expect(text("stdout").trim()).toBe("0");
  });

  it("records the signal that ended it", async () => {
    expect(await shell("kill -SEGV $$")).toMatchObject({ status: null, signal: "SIGSEGV", killedBy: null });
  });

  it("does not keep the record of an earlier run", async () => {
    writeFileSync(join(outDir, "exit.json"), "old");
    await expect(runStep(invoke(["true"], { version: { argv: ["true"], pattern: "(" } }))).rejects.toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID" }),
    );
    await shell("true");
    expect(JSON.parse(text("exit.json"))).toMatchObject({ status: 0 });
  });

  it("says where its output could not be written", async () => {
    writeFileSync(join(outDir, "file"), "");
    await expect(runStep(invoke(["true"], { outDir: join(outDir, "file") }))).rejects.toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED" }),
    );
  });
});

describe.skipIf(process.platform !== "linux")("a full disk (Linux: has /dev/full)", () => {
  it("ends the step and is an error, not a shorter output", async () => {
    symlinkSync("/dev/full", join(outDir, "stdout"));
    await expect(shell("echo out; sleep N")).rejects.toThrow(expect.objectContaining({ code: "STORAGE_FAILED" }));
    expect(existsSync(join(outDir, "exit.json"))).toBe(false);
    expect(leftOver()).toEqual([]);
  });
});

describe("a step that can't be started", () => {
  it("records a program that is not there", async () => {
    const exit = await runStep(invoke(["/nonexistent/tool"]));
    expect(exit).toMatchObject({ status: null, signal: null, spawnError: "ENOENT", killedBy: null });
    expect(JSON.parse(text("exit.json"))).toEqual(exit);
  });

  it("records a working directory that is not there", async () => {
    const exit = await runStep(invoke(["/bin/sh"], { cwd: "/nonexistent" }));
    expect(exit.spawnError).toBe("ENOENT (working directory)");
  });

  it("records a file that can't be executed", async () => {
    writeFileSync(join(outDir, "tool"), "#!/bin/sh\n");
    chmodSync(join(outDir, "tool"), 0o600);
    expect((await runStep(invoke([join(outDir, "tool")]))).spawnError).toBe("EACCES");
  });

  it("records arguments that are too long", async () => {
    expect((await runStep(invoke(["/bin/echo", "x".repeat(4 * MIB)]))).spawnError).toBe("E2BIG");
  });

  it("records an argument that no program can be given", async () => {
    expect((await runStep(invoke(["/bin/echo", "a\0b"]))).spawnError).toBe("ERR_INVALID_ARG_VALUE");
  });

  it("tells a sandbox that fails from a tool with the same status", async () => {
    const sandbox = join(outDir, "bwrap");
    writeFileSync(sandbox, '#!/bin/sh\necho "bwrap: no such tool" >&2; exit 1\n');
    chmodSync(sandbox, 0o700);
    const exit = await runStep(invoke(["/tool/gitleaks"]), { wrap: [sandbox, "--"] });
    expect(exit).toMatchObject({ status: 1, spawnError: "bwrap: no such tool" });
  });
});

describe("the tool's version", () => {
  const version = (script: string, pattern: string): StepInvocation =>
    invoke(["true"], { version: { argv: ["/bin/sh", "-c", script], pattern } });

  it("is the pattern's first group in either stream", async () => {
    expect((await runStep(version("echo tool 1.2.3", "tool (\\S+)"))).toolVersion).toBe("1.2.3");
    expect((await runStep(version("echo v9 >&2; exit 2", "v(\\d+)"))).toolVersion).toBe("9");
  });

  it("is null when nothing fits or the tool is not there", async () => {
    expect((await runStep(version("echo other", "tool (\\S+)"))).toolVersion).toBe(null);
    const gone = invoke(["/nonexistent"], { version: { argv: ["/nonexistent"], pattern: "(.*)" } });
    expect((await runStep(gone)).toolVersion).toBe(null);
  });

  it("is null when the answer has no end", async () => {
    expect((await runStep(version("echo v1; yes", "v(\\d+)"))).toolVersion).toBe(null);
  });
});

describe("limits", () => {
  it("B-04 C-15: ends a step that takes too long", async () => {
    const exit = await shell("sleep N", { limits: { ...WIDE, wallMs: 200 } });
    expect(exit).toMatchObject({ status: null, signal: "SIGTERM", killedBy: "wall", timedOut: true });
    expect(leftOver()).toEqual([]);
  });

  it("says so of a step that took too long and ended before anybody looked", async () => {
    const exit = await shell("sleep 0.03", { limits: { ...WIDE, wallMs: 10 } });
    expect(exit).toMatchObject({ killedBy: "wall", timedOut: true });
  });

  it("C-15: kills a process that ignores the request to end (J-52)", async () => {
    const exit = await shell("trap '' TERM; while :; do sleep N & wait; done", { limits: { ...WIDE, wallMs: 200 } });
    expect(exit).toMatchObject({ signal: "SIGKILL", killedBy: "wall" });
    expect(leftOver()).toEqual([]);
  });

  it("C-15: lets a process end in order within the grace", async () => {
    const script = "trap 'echo bye; exit 7' TERM; sleep N & wait";
    const exit = await shell(script, { limits: { ...WIDE, wallMs: 500 } }, { graceMs: 20_000 });
    expect(exit).toMatchObject({ status: 7, signal: null, killedBy: "wall" });
    expect(text("stdout")).toBe("bye\n");
  });

  it("B-04: counts the CPU time of children", async () => {
    const script = "(while :; do :; done) & (while :; do :; done) & sleep N";
    const exit = await shell(script, { limits: { ...WIDE, cpuMs: 500 } });
    expect(exit.killedBy).toBe("cpu");
    expect(exit.cpuMs).toBeGreaterThan(500);
    expect(leftOver()).toEqual([]);
  });

  it("B-04: counts the memory of children together", async () => {
    const eat = `node -e "const b = Buffer.alloc(${80 * MIB}, 1); setTimeout(() => b, 300000)"`;
    const script = `: N; ${eat} & ${eat} & ${eat} & sleep N`;
    const env = { PATH: `${join(process.execPath, "..")}:${PATH}` };
    const exit = await shell(script, { env, limits: { ...WIDE, memoryBytes: 250 * MIB } });
    expect(exit.killedBy).toBe("memory");
    expect(exit.maxRssBytes).toBeGreaterThan(250 * MIB);
    expect(leftOver()).toEqual([]);
  });

  it("B-04 C-15: stops a flood and keeps no more of it than the limit", async () => {
    const exit = await shell("exec yes N", { limits: { ...WIDE, outputBytes: MIB } });
    expect(exit.killedBy).toBe("output");
    expect(statSync(join(outDir, "stdout")).size).toBe(MIB);
    expect(exit.stdoutBytesCut).toBeGreaterThan(0);
    expect(exit.stderrBytesCut).toBe(0);
  });

  it("cuts without a gap when the tool ended before it was stopped", async () => {
    const exit = await shell("head -c 3000 /dev/zero; head -c 500 /dev/zero >&2", {
      limits: { ...WIDE, outputBytes: 1000 },
    });
    expect(exit).toMatchObject({ killedBy: "output", stdoutBytesCut: 2000, stderrBytesCut: 0 });
    expect([text("stdout").length, text("stderr").length]).toEqual([1000, 500]);
  });

  it("counts the files of the output folder", async () => {
    const exit = await shell(`head -c 5000 /dev/zero > "${outDir}/report"; sleep N`, {
      limits: { ...WIDE, outputBytes: 4000 },
    });
    expect(exit.killedBy).toBe("output");
    expect(leftOver()).toEqual([]);
  });
});

describe("nothing is left", () => {
  it("when children sleep beside the main process", async () => {
    await shell("sleep 1N & sleep 2N", { limits: { ...WIDE, wallMs: 300 } });
    expect(leftOver()).toEqual([]);
  });

  it("when a child holds the pipe after the main process ended (J-52)", async () => {
    const exit = await shell("sleep N & echo done");
    expect(exit).toMatchObject({ status: 0, killedBy: null });
    expect(text("stdout")).toBe("done\n");
    expect(leftOver()).toEqual([]);
  });

  it("when a child let go of the pipes", async () => {
    await shell("sleep N >/dev/null 2>&1 &");
    expect(leftOver()).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")("when a child took a session of its own (Linux: has setsid)", async () => {
    await shell("setsid sleep N & sleep N", { limits: { ...WIDE, wallMs: 500 } });
    expect(leftOver()).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")(
    "when a daemon's parents ended at once (Linux: found by its mark)",
    async () => {
      await shell("setsid sh -c 'setsid sleep N >/dev/null 2>&1 &' >/dev/null 2>&1 &");
      expect(leftOver()).toEqual([]);
    },
  );

  it("C-15: when the caller cancels", async () => {
    const controller = new AbortController();
    const running = shell("echo up; sleep N & sleep N", {}, { signal: controller.signal });
    while (!existsSync(join(outDir, "stdout")) || text("stdout") === "") await delay(10);
    controller.abort();
    expect(await running).toMatchObject({ signal: "SIGTERM", killedBy: "cancel" });
    expect(leftOver()).toEqual([]);
  });

  it("when the caller had cancelled before", async () => {
    const exit = await shell("echo up", {}, { signal: AbortSignal.abort() });
    expect(exit).toMatchObject({ status: null, signal: null, killedBy: "cancel", toolVersion: null });
    expect(text("stdout")).toBe("");
  });

  it("and a step beside it is not touched", async () => {
    const other = mkdtempSync(join(tmpdir(), "step-"));
    const beside = runStep(invoke(["/bin/sh", "-c", "sleep 2; echo whole"], { outDir: other }));
    await shell("sleep N & sleep N", { limits: { ...WIDE, wallMs: 200 } });
    expect(await beside).toMatchObject({ status: 0, killedBy: null });
    expect(readFileSync(join(other, "stdout"), "utf8")).toBe("whole\n");
    rmSync(other, { recursive: true });
  });
});
