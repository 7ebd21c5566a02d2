import {
  appendFileSync,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  ensureTools,
  type InstalledTool,
  installTool,
  listTools,
  verifyTools,
} from "../../../../pipeline/execute/host/tools/index.ts";
import { type Bench, bench, fakeGo, GO_ROUTE, pinsOf } from "./fakes.ts";

const PINS = pinsOf(GO_ROUTE);

async function installed(): Promise<{ ctx: Bench; tool: InstalledTool; entry: string }> {
  const ctx = bench({ go: fakeGo() });
  const tool = await installTool("probe", PINS, ctx);
  return { ctx, tool, entry: join(tool.dir, "..") };
}

function builds(ctx: Bench): number {
  return ctx.calls().filter((call) => call.startsWith("go build")).length;
}

it("answers out of the cache the second time, starting nothing", async () => {
  const { ctx, tool } = await installed();
  const before = ctx.calls().length;
  expect(await ensureTools(["probe"], PINS, ctx)).toEqual(new Map([["probe", tool]]));
  expect(ctx.calls().length).toBe(before);
});

it("A-26: records how it was installed", async () => {
  const { tool, entry } = await installed();
  expect(JSON.parse(readFileSync(join(entry, "record.json"), "utf8"))).toEqual({
    schemaVersion: "supply-gate/tool-record-1",
    name: "probe",
    version: "1.2.3",
    platform: "linux-x64",
    pinDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    route: "go",
    builtWith: { go: "go1.99.1" },
    sameBinds: [],
    digest: tool.digest,
    files: 1,
    bytes: 21,
    installedAt: "2026-01-02T03:04:05.000Z",
    fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it("finds a changed byte although size and modification time are as before", async () => {
  const { ctx, tool } = await installed();
  const { atime, mtime } = statSync(tool.executable);
  writeFileSync(tool.executable, "#!/bin/sh\necho 1.2.4\n");
  utimesSync(tool.executable, atime, mtime);
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(
    expect.objectContaining({
      code: "PIN_MISMATCH",
      message: expect.stringContaining("probe was changed; found sha256:"),
      next: expect.stringContaining("supply-gate tools install --tool probe --force"),
    }),
  );
});

it("finds a file that was added, and one that is gone", async () => {
  const { ctx, tool } = await installed();
  writeFileSync(join(tool.dir, "extra"), "");
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow("extra was added");
  rmSync(join(tool.dir, "extra"));
  rmSync(tool.executable);
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow("probe is gone");
});

it("reads all files again when they were only touched or moved, and then knows them", async () => {
  const { ctx, tool } = await installed();
  utimesSync(tool.executable, new Date(0), new Date(0));
  expect(await installTool("probe", PINS, ctx)).toEqual(tool);
  const moved = { ...ctx, cacheRoot: join(ctx.root, "moved") };
  cpSync(ctx.cacheRoot, moved.cacheRoot, { recursive: true });
  expect((await installTool("probe", PINS, moved)).digest).toBe(tool.digest);
  expect(await installTool("probe", PINS, moved)).toMatchObject({ dir: tool.dir.replace("cache", "moved") });
  const checks = ctx.events.filter(({ phase }) => phase === "checking");
  expect(checks.length).toBe(2);
  expect(builds(ctx)).toBe(1);
});

it("installs anew when forced, in place of what was changed", async () => {
  const { ctx, tool } = await installed();
  appendFileSync(tool.executable, "# changed\n");
  expect(await installTool("probe", PINS, ctx, { force: true })).toEqual(tool);
  expect(await installTool("probe", PINS, ctx)).toEqual(tool);
  expect(builds(ctx)).toBe(2);
});

it("installs anew what is gone as a whole, and verifying says that it is", async () => {
  const { ctx, tool } = await installed();
  rmSync(tool.dir, { recursive: true });
  await expect(verifyTools(["probe"], PINS, ctx)).rejects.toThrow("probe is gone; found sha256:nothing");
  expect(await installTool("probe", PINS, ctx)).toEqual(tool);
});

it("does not take a tool that another pin led to", async () => {
  const { ctx, tool } = await installed();
  const other = await installTool("probe", pinsOf({ ...GO_ROUTE, tags: [] }), ctx);
  expect(other.dir).not.toBe(tool.dir);
  expect(existsSync(tool.dir)).toBe(true);
});

it("refuses a record that is not the tool's own", async () => {
  const { ctx, entry } = await installed();
  const text = readFileSync(join(entry, "record.json"), "utf8");
  writeFileSync(join(entry, "record.json"), text.replace('"1.2.3"', '"1.2.2"'));
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(expect.objectContaining({ code: "PIN_MISMATCH" }));
  writeFileSync(join(entry, "record.json"), "{");
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(expect.objectContaining({ code: "PIN_MISMATCH" }));
});

it("installs once when two ask at the same time", async () => {
  const ctx = bench({ go: fakeGo() });
  const [one, two] = await Promise.all([installTool("probe", PINS, ctx), installTool("probe", PINS, ctx)]);
  expect(one).toEqual(two);
  expect(builds(ctx)).toBe(1);
  expect(ctx.events.filter(({ phase }) => phase === "waiting")).toHaveLength(1);
});

it("A-26: lists what is installed and what is not", async () => {
  const { ctx, tool } = await installed();
  const rest = {
    dir: tool.dir,
    route: "go",
    digest: tool.digest,
    builtWith: { go: "go1.99.1" },
    installedAt: "2026-01-02T03:04:05.000Z",
  };
  expect(listTools(["probe"], PINS, ctx)).toEqual([{ name: "probe", version: "1.2.3", ...rest }]);
  expect(await verifyTools(["probe"], PINS, ctx)).toEqual([{ name: "probe", version: "1.2.3", ...rest }]);
  renameSync(ctx.cacheRoot, `${ctx.cacheRoot}-away`);
  expect(listTools(["probe"], PINS, ctx)).toEqual([{ name: "probe", version: "1.2.3" }]);
  expect(await verifyTools(["probe"], PINS, ctx)).toEqual([{ name: "probe", version: "1.2.3" }]);
});

it("verifies every tool and names all that differ", async () => {
  const { ctx, tool } = await installed();
  const probe = PINS.tools["probe"];
  if (probe === undefined) throw new Error("no pin");
  const pins = { ...PINS, tools: { probe, twin: probe } };
  const twin = await installTool("twin", pins, ctx);
  for (const { executable } of [tool, twin]) appendFileSync(executable, "# changed\n");
  await expect(verifyTools(["probe", "twin"], pins, ctx)).rejects.toThrow(
    expect.objectContaining({
      code: "PIN_MISMATCH",
      message: expect.stringMatching(
        /^probe 1\.2\.3 in .*: probe was changed; .*; twin 1\.2\.3 in .*: probe was changed; /,
      ),
    }),
  );
});

it("knows no tool that is not pinned", async () => {
  await expect(installTool("toString", PINS, bench())).rejects.toThrow(
    expect.objectContaining({ code: "USAGE_INVALID", message: 'no tool "toString"; known: probe' }),
  );
});
