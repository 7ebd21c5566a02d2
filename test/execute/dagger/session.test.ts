import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { givenSession, openSession } from "../../../pipeline/execute/dagger/session.ts";
import { hasSharedData } from "../../support/shared-data.ts";
import { makeTree } from "../../support/tree.ts";
import { startFakeSession } from "./fake-session.ts";

const NEVER = new AbortController().signal;

/** A `dagger` command that does what the script says; it leaves its process id in `pid`. */
function fakeDagger(script: string): { command: string; pid: () => number } {
  const folder = makeTree({ dagger: `#!/bin/sh\necho $$ > '${"PLACE"}/pid'\n${script}\n` });
  const command = makeTree({ dagger: readFileSync(join(folder, "dagger"), "utf8").replace("PLACE", folder) });
  chmodSync(join(command, "dagger"), 0o755);
  return { command: join(command, "dagger"), pid: () => Number(readFileSync(join(folder, "pid"), "utf8")) };
}

const open = (command: string, limitMs = 60_000, signal = NEVER) =>
  openSession({ command, env: { PATH: process.env["PATH"] }, limitMs, signal });
const runs = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");

describe("openSession", () => {
  it("reads where the session is, and ends it when it is closed", async () => {
    const { command, pid } = fakeDagger(`echo '{"port":4711,"session_token":"a-b-c"}'; exec cat`);
    const session = await open(command);
    expect(session).toMatchObject({ port: 4711, token: "a-b-c" });
    expect(runs(pid())).toBe(true);
    if (typeof session !== "string") await session.close();
    expect(runs(pid())).toBe(false);
  });

  it("says that nobody answered within the limit, and leaves no process behind", async () => {
    const { command, pid } = fakeDagger("exec sleep 600");
    expect(await open(command, 500)).toBe("dagger did not answer within 0.5 s");
    expect(runs(pid())).toBe(false);
  });

  it("repeats the last words of a command that failed", async () => {
    const { command } = fakeDagger("echo first >&2; echo 'no container runtime' >&2; exit 1");
    expect(await open(command)).toBe("dagger reached no engine: no container runtime");
  });

  it.each([
    ["exit 1", "dagger reached no engine: it said nothing"],
    ["echo hello; exec cat", "dagger session announced no session"],
  ])("has words for a command that does this: %s", async (script, reason) => {
    expect(await open(fakeDagger(script).command)).toBe(reason);
  });

  it("has words for a command that can't be started", async () => {
    expect(await open(join(makeTree({}), "dagger"))).toMatch(/^dagger could not be started \(spawn .* ENOENT\)$/);
  });

  it("stops with the run, and leaves no process behind", async () => {
    const { command, pid } = fakeDagger("exec sleep 600");
    const stop = new AbortController();
    const opening = open(command, 60_000, stop.signal);
    setTimeout(() => stop.abort(new Error("stopped")), 300);
    await expect(opening).rejects.toThrow("stopped");
    expect(runs(pid())).toBe(false);
  });
});

describe("givenSession", () => {
  const env = (port: number) => ({ DAGGER_SESSION_PORT: String(port), DAGGER_SESSION_TOKEN: "token" });

  it.skipIf(!hasSharedData)("takes a session that answers (skipped without ../shared/data)", async () => {
    const fake = await startFakeSession(() => "v0.21.8");
    const session = await givenSession({ env: env(fake.port), limitMs: 10_000, signal: NEVER });
    expect(session).toMatchObject({ port: fake.port, token: "token" });
    expect(fake.chains).toEqual([[{ name: "version", args: {} }]]);
    await fake.close();
    expect(await givenSession({ env: env(fake.port), limitMs: 10_000, signal: NEVER })).toBe(
      `the session at port ${fake.port} did not answer (fetch failed)`,
    );
  });
});
