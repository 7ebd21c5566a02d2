import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RunStepOptions, runStep } from "../../pipeline/execute/step-runner.ts";
import type { ExitRecord, Limits, StepInvocation } from "../../schemas/step.ts";

const MIB = 1024 * 1024;
const WIDE: Limits = { wallMs: 60_000, cpuMs: 60_000, memoryBytes: 2048 * MIB, outputBytes: 16 * MIB };
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let outDir: string;
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), "record-"));
});
afterEach(() => rmSync(outDir, { recursive: true, force: true }));

const shell = (script: string, more: Partial<StepInvocation> = {}, options: RunStepOptions = {}): Promise<ExitRecord> =>
  runStep(
    {
      argv: ["/bin/sh", "-c", script],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", OUT: outDir },
      limits: WIDE,
      outDir,
      ...more,
    },
    { graceMs: 200, ...options },
  );

describe("the digests in an exit record", () => {
  it("are of both streams and of each output that is there, in the step's own folder in a container", async () => {
    const script = 'mkdir "$OUT/out"; printf one > "$OUT/out/a.json"; printf said; printf complained >&2';
    const exit = await shell(script, { outputs: ["a.json", "never.json"] });
    const streams = { stdout: sha256("said"), stderr: sha256("complained") };
    expect(exit.outputs).toEqual({ ...streams, "a.json": sha256("one") });
    expect(JSON.parse(readFileSync(join(outDir, "exit.json"), "utf8"))).toEqual(exit);
  });

  it("are of the folder that the sandbox was given, on the host", async () => {
    const folder = join(outDir, "given");
    mkdirSync(folder);
    writeFileSync(join(folder, "a.json"), "two");
    const exit = await shell("true", { outputs: ["a.json"] }, { outputFolders: [folder] });
    expect(exit.outputs).toEqual({ stdout: sha256(""), stderr: sha256(""), "a.json": sha256("two") });
  });

  it("are of the streams alone where the step names no output", async () => {
    expect((await shell("true")).outputs).toEqual({ stdout: sha256(""), stderr: sha256("") });
  });
});

describe("the record of who was asked for the version", () => {
  const asked = (script: string, pattern = "v(\\d+)", options: RunStepOptions = {}, limits = WIDE) =>
    shell("true", { version: { argv: ["/bin/sh", "-c", script], pattern }, limits }, options);

  it("is null where nobody was", async () => {
    expect(await shell("true")).toMatchObject({ toolVersion: null, probe: null });
  });

  it("says how it ended, when it began, and how long it took", async () => {
    const before = Date.now();
    const { probe } = await asked("echo v7; exit 4");
    const whole = { status: 4, signal: null, spawnError: null, timedOut: false, cancelled: false, bytesCut: 0 };
    expect(probe).toEqual({ ...whole, started: probe?.started, wallMs: probe?.wallMs });
    expect(Date.parse(probe?.started ?? "")).toBeGreaterThanOrEqual(before);
    expect(probe?.wallMs).toBeLessThanOrEqual(Date.now() - before + 1);
  });

  it("says that it was ended by another limit than the clock, and then there is no version", async () => {
    const exit = await asked("echo v7; while :; do :; done", "v(\\d+)", {}, { ...WIDE, cpuMs: 200 });
    expect(exit).toMatchObject({ toolVersion: null, probe: { timedOut: false, cancelled: false, status: null } });
  });

  it("says that it was called off", async () => {
    const exit = await asked("echo v7; sleep 60", "v(\\d+)", { signal: AbortSignal.timeout(300) });
    expect(exit).toMatchObject({ toolVersion: null, probe: { timedOut: false, cancelled: true } });
  });

  it("is no answer when both streams together are longer than 64 KiB", async () => {
    const both = "head -c 40000 /dev/zero; head -c 40000 /dev/zero >&2; echo v7";
    expect(await asked(both)).toMatchObject({ toolVersion: null, probe: { bytesCut: 0 } });
    expect(await asked("head -c 40000 /dev/zero; echo v7")).toMatchObject({ toolVersion: "7" });
  });

  it("counts what both streams wrote beyond 64 KiB", async () => {
    const { probe, toolVersion } = await asked("head -c 65537 /dev/zero; head -c 65539 /dev/zero >&2");
    expect(toolVersion).toBeNull();
    expect(probe === null ? 0 : probe.bytesCut).toBeGreaterThan(0);
    expect(probe?.timedOut).toBe(false);
  });
});

describe("a step that can't be run at all", () => {
  it("names the pattern that is none, with its cause", async () => {
    const refused = shell("true", { version: { argv: ["/bin/true"], pattern: "(" } });
    await expect(refused).rejects.toMatchObject({
      code: "DOCUMENT_INVALID",
      message: expect.stringMatching(/^step: version\.pattern: Invalid regular expression/),
      cause: expect.any(SyntaxError),
    });
  });

  it("names the folder that can't be written, with what to do", async () => {
    const file = join(outDir, "file");
    writeFileSync(file, "");
    const refused = shell("true", { outDir: join(file, "below") });
    await expect(refused).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringMatching(/below: the step's output could not be written \(ENOTDIR/),
      next: "make room or give another folder, then run again",
      cause: expect.any(Error),
    });
  });

  it("lets an error that is none of storage through as it is", async () => {
    const refused = shell("true", { argv: ["bad\u0000name"] });
    await expect(refused.then(({ spawnError }) => spawnError)).resolves.toMatch(/ERR_INVALID_ARG_VALUE|null bytes/);
  });
});

describe("a sandbox", () => {
  const wrapped = (script: string) => {
    const sandbox = join(outDir, "bwrap");
    writeFileSync(sandbox, `#!/bin/sh\n${script}\n`);
    chmodSync(sandbox, 0o700);
    return shell("true", {}, { wrap: [sandbox] });
  };

  it("that complains and still ends well, or says something else, has started the tool", async () => {
    expect(await wrapped('echo "bwrap: a warning" >&2; exit 0')).toMatchObject({ status: 0, spawnError: null });
    expect(await wrapped('echo "tool: bwrap: no" >&2; exit 1')).toMatchObject({ status: 1, spawnError: null });
    expect(await wrapped("exit 1")).toMatchObject({ status: 1, spawnError: null });
    expect(await wrapped('echo "bwrap: killed" >&2; kill -9 $$')).toMatchObject({ status: null, spawnError: null });
  });

  it("that can't is told by its first line alone", async () => {
    const exit = await wrapped('echo "bwrap: first" >&2; echo "bwrap: second" >&2; exit 1');
    expect(exit.spawnError).toBe("bwrap: first");
  });
});
