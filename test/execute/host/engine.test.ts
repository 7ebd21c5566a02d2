import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../../pipeline/execute/engine.ts";
import { createHostEngine } from "../../../pipeline/execute/host/engine.ts";
import { joinBytes } from "../../../pipeline/execute/host/path-bytes.ts";
import { findBubblewrap } from "../../../pipeline/execute/host/sandbox.ts";
import type { Step } from "../../../schemas/step.ts";

const found = await findBubblewrap(process.env);
const MIB = 1024 * 1024;

let root: string;
let engine: Engine | undefined;
let needle: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "engine-")));
  for (const folder of ["source", "run", "tool", "advisories", "same"]) mkdirSync(join(root, folder), { mode: 0o700 });
  needle = String(300 + Math.random()).slice(0, 18);
});
afterEach(async () => {
  await engine?.close();
  rmSync(root, { recursive: true, force: true });
});

/** A step whose tool is a shell script of that name. */
function step(id: string, script: string, more: Partial<Step> = {}): Step {
  writeFileSync(join(root, "tool", id), `#!/bin/sh\n${script.replaceAll("N", needle)}\n`);
  chmodSync(join(root, "tool", id), 0o700);
  return {
    id,
    tool: "shell",
    argv: [`{tool}/${id}`, "{scan}", "{out}"],
    cwd: "{scan}",
    env: { PATH: "/usr/bin:/bin", TMPDIR: "{tmp}" },
    version: { argv: ["/bin/echo", "shell 1.0"], pattern: "shell (\\S+)" },
    staging: { tree: { hide: [] }, copies: [], files: {}, extracts: {}, advisories: false },
    limits: { wallMs: 60_000, cpuMs: 60_000, memoryBytes: 256 * MIB, outputBytes: MIB },
    exits: { "0": "clean" },
    errorLines: [],
    outputs: [],
    sensitive: false,
    ...more,
  };
}
const put = (path: string, content = "x"): void => {
  mkdirSync(join(root, "source", path, ".."), { recursive: true });
  writeFileSync(join(root, "source", path), content);
};
async function open(sandbox: "auto" | "none"): Promise<Engine> {
  engine = await createHostEngine({
    source: join(root, "source"),
    advisories: join(root, "advisories"),
    tools: new Map([["shell", { dir: join(root, "tool"), sameBinds: [join(root, "same")] }]]),
    runDir: join(root, "run"),
    cpus: 2,
    memoryBytes: 512 * MIB,
    sandbox,
    env: process.env,
  });
  return engine;
}
async function run(sandbox: "auto" | "none", steps: Step[], signal = new AbortController().signal) {
  const events: string[] = [];
  const outcomes = await (await open(sandbox)).execute(steps, signal, {
    started: (id) => events.push(`+${id}`),
    ended: (id) => events.push(`-${id}`),
  });
  return { outcomes, events };
}
async function outputOf(sandbox: "auto" | "none", wanted: Step): Promise<string> {
  const outcome = (await run(sandbox, [wanted])).outcomes.get(wanted.id);
  if (outcome?.exit.status !== 0)
    throw new Error(JSON.stringify(outcome?.exit) + readFileSync(`${outcome?.logDir}/stderr`, "utf8"));
  return readFileSync(join(outcome.logDir, "stdout"), "utf8").trim();
}
const leftOver = (): string[] =>
  execFileSync("ps", ["-axo", "pid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(needle));

describe.each(["auto", "none"] as const)("a step with sandbox: %s", (sandbox) => {
  const isolated = sandbox === "auto" && typeof found !== "string";

  it("finds tree, copies, configuration and advisories below its root", async () => {
    put("a.txt");
    writeFileSync(join(root, "advisories", "all.zip"), "zip");
    const staging = {
      tree: { hide: [] },
      copies: [
        {
          source: { path: "a.txt" },
          sha256: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
          to: "0/b",
          transform: "none" as const,
        },
      ],
      files: { "c.toml": "c" },
      extracts: {},
      advisories: true,
    };
    const listing = await outputOf(
      sandbox,
      step("list", `find -L "$1" -type f | sed "s,^$1,,"  | LC_ALL=C sort | tr '\\n' ' '; pwd`, { staging }),
    );
    expect(listing).toBe(
      `/advisories/all.zip /config/c.toml /staged/0/b /tree/a.txt ${isolated ? "/scan" : join(root, "run/work/step-000/scan")}`,
    );
  });

  it("does not see what is hidden", async () => {
    put("a.txt");
    put(".git/config");
    put("b/secret");
    const hide = [{ path: ".git" }, { path: "b/secret" }, { path: "b/never-there" }];
    const seen = await outputOf(
      sandbox,
      step("list", 'cd "$1/tree" && find . -type f -size +0 | tr "\\n" " "', {
        staging: { tree: { hide }, copies: [], files: {}, extracts: {}, advisories: false },
      }),
    );
    expect(seen).toBe("./a.txt");
  });

  it("does not see what is hidden behind names that are no text, links or large numbers", async () => {
    put("a.txt");
    const odd = process.platform === "linux" ? Buffer.from([0x62, 0xff, 0x0a]) : Buffer.from("b\n");
    writeFileSync(joinBytes(join(root, "source"), odd), "x");
    for (let index = 0; index < 120; index += 1) put(`many/${index}`);
    symlinkSync("a.txt", join(root, "source", "link"));
    const script = 'cd "$1/tree" && find . ! -type d ! -size 0 | tr "\\n" " "';
    const hide = [{ path: "b?", pathBytes: odd.toString("base64") }, { path: "many" }];
    const staging = { tree: { hide }, copies: [], files: {}, extracts: {}, advisories: false };
    expect((await outputOf(sandbox, step("odd", script, { staging }))).split(" ").sort()).toEqual([
      "./a.txt",
      "./link",
    ]);
    const each = Array.from({ length: 120 }, (_, index) => ({ path: `many/${index}` }));
    const all = { ...staging, tree: { hide: [...each, { path: "link" }, ...hide.slice(0, 1)] } };
    await engine?.close();
    expect(await outputOf(sandbox, step("all", script, { staging: all }))).toBe("./a.txt");
  });

  it("has its placeholders replaced, its own environment, and leaves its files", async () => {
    const wanted = step(
      "places",
      '/usr/bin/env | LC_ALL=C /usr/bin/sort | /usr/bin/grep -v "^_=\\|^PWD=\\|^OLDPWD=\\|^SHLVL="; echo report > "$2/report"',
      { env: { A: "{tool}:{tmp}:{out}:{scan}:{other}" } },
    );
    const outcome = (await run(sandbox, [wanted])).outcomes.get("places");
    const base = join(root, "run/work/step-000");
    const places = isolated ? "/tool:/tmp:/out:/scan" : `${join(root, "tool")}:${base}/tmp:${base}/out:${base}/scan`;
    expect(readFileSync(join(outcome?.logDir ?? "", "stdout"), "utf8")).toBe(
      `A=${places}:{other}\nPATH=/nonexistent\n`,
    );
    expect(outcome).toMatchObject({ scanRoot: isolated ? "/scan" : `${base}/scan`, exit: { toolVersion: "1.0" } });
  });

  it("is told apart from a tool that could not be started", async () => {
    const exit = (await run(sandbox, [step("gone", "", { argv: ["{tool}/none"] })])).outcomes.get("gone")?.exit;
    expect(exit?.spawnError).toBe(isolated ? "bwrap: execvp /tool/none: No such file or directory" : "ENOENT");
  });

  it("A-38 A-61 B-04: is ended over a limit, with all that it started", async () => {
    const wanted = step("hang", "setsid sleep N & sleep N & sleep N", {
      limits: { wallMs: 700, cpuMs: 60_000, memoryBytes: 256 * MIB, outputBytes: MIB },
    });
    expect((await run(sandbox, [wanted])).outcomes.get("hang")?.exit).toMatchObject({
      killedBy: "wall",
      timedOut: true,
    });
    expect(leftOver()).toEqual([]);
  });

  it("is ended over the size of its output folder", async () => {
    const wanted = step("flood", 'head -c 3000000 /dev/zero > "$2/report"; sleep N');
    expect((await run(sandbox, [wanted])).outcomes.get("flood")?.exit.killedBy).toBe("output");
  });

  it("is cancelled with all others, and nothing remains", async () => {
    const controller = new AbortController();
    const steps = ["a", "b", "c"].map((id) => step(id, "echo up; sleep N & sleep N"));
    const running = run(sandbox, steps, controller.signal);
    const up = (id: string): boolean =>
      existsSync(join(root, "run/logs", id, "stdout")) &&
      readFileSync(join(root, "run/logs", id, "stdout"), "utf8") === "up\n";
    while (!up("a") || !up("b")) await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    const { outcomes } = await running;
    expect([...outcomes.values()].map(({ id, exit }) => `${id} ${exit.killedBy}`)).toEqual([
      "a cancel",
      "b cancel",
      "c cancel",
    ]);
    expect(leftOver()).toEqual([]);
  });

  it("D-19: leaves its logs and nothing else, and none of them when it is sensitive", async () => {
    const { outcomes, events } = await run(sandbox, [
      step("plain", "echo log"),
      step("secret", "echo log", { sensitive: true }),
    ]);
    expect(events.sort()).toEqual(["+plain", "+secret", "-plain", "-secret"]);
    expect(readFileSync(join(outcomes.get("secret")?.logDir ?? "", "stdout"), "utf8")).toBe("log\n");
    await engine?.close();
    expect(readdirSync(join(root, "run"))).toEqual(["logs"]);
    expect(readdirSync(join(root, "run/logs"))).toEqual(["plain"]);
    expect(readdirSync(join(root, "run/logs/plain")).sort()).toEqual(["exit.json", "stderr", "stdout"]);
  });

  it("tells what is known of the network", async () => {
    expect(await (await open(sandbox)).egress()).toBe(isolated ? "blocked (proved)" : "not proved");
    expect(engine?.isolation).toBe(isolated ? "bubblewrap" : "none");
  });
});

describe("a run", () => {
  it("is stopped by a tree that changed, before any tool has started", async () => {
    put("a.txt");
    const copy = { source: { path: "a.txt" }, sha256: "0".repeat(64), to: "a", transform: "none" as const };
    const steps = [
      step("first", "sleep N"),
      step("second", "true", { staging: { copies: [copy], files: {}, extracts: {}, advisories: false } }),
    ];
    await expect(run("none", steps)).rejects.toThrow(expect.objectContaining({ code: "SOURCE_CHANGED" }));
    expect(leftOver()).toEqual([]);
  });

  it("needs each step's tool", async () => {
    await expect(run("none", [step("x", "", { tool: "syft" })])).rejects.toThrow(
      expect.objectContaining({ code: "TOOL_UNAVAILABLE" }),
    );
  });

  it("ends when the engine is closed", async () => {
    const opened = await open("none");
    const started: string[] = [];
    const running = opened.execute([step("long", "sleep N")], new AbortController().signal, {
      started: (id) => started.push(id),
      ended: () => undefined,
    });
    while (started.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await opened.close();
    expect((await running).get("long")?.exit.killedBy).toBe("cancel");
    expect(leftOver()).toEqual([]);
  });
});

it.skipIf(typeof found !== "string")("says why there is no sandbox (only where there is none)", () => {
  expect(found).toMatch(/bubblewrap|bwrap/);
});
