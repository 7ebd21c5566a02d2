import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { installTool } from "../../../../pipeline/execute/host/tools/index.ts";
import { bench, fakeGo, GO_ROUTE, pinsOf, releaseAt, serve, sha256 } from "./fakes.ts";

const PROGRAM = Buffer.from("#!/bin/sh\necho 1.2.3\n");
const ARCHIVE = gzipSync(
  Buffer.concat([tarEntry("README.md", Buffer.from("x".repeat(700))), tarEntry("probe", PROGRAM), Buffer.alloc(1024)]),
);

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function served(): Promise<string> {
  const { url, server } = await serve({ "/probe.tar.gz": ARCHIVE, "/probe": PROGRAM });
  closing.push(() => server.close());
  return url;
}

it("takes the executable out of the archive with the pinned digest", async () => {
  const ctx = bench();
  const pins = pinsOf(releaseAt(`${await served()}/probe.tar.gz`, sha256(ARCHIVE), "probe"));

  const tool = await installTool("probe", pins, ctx);

  const { dir, executable, ...rest } = tool;
  expect(rest).toEqual({
    name: "probe",
    version: "1.2.3",
    sameBinds: [],
    route: "release",
    digest: sha256(`${sha256(PROGRAM)} 0755 ${PROGRAM.length} probe\n`),
  });
  expect(executable).toBe(join(dir, "probe"));
  expect(readFileSync(executable)).toEqual(PROGRAM);
  expect(statSync(executable).mode & 0o777).toBe(0o755);
  expect(readdirSync(join(ctx.cacheRoot, "tools/probe"))).toEqual([expect.stringMatching(/^1\.2\.3-[0-9a-f]{16}$/)]);
});

it("takes a download that is the executable itself", async () => {
  const ctx = bench();
  const tool = await installTool("probe", pinsOf(releaseAt(`${await served()}/probe`, sha256(PROGRAM))), ctx);
  expect(readFileSync(tool.executable)).toEqual(PROGRAM);
});

it("refuses a download with another digest and tries no other route", async () => {
  const ctx = bench({ go: fakeGo() });
  const url = `${await served()}/probe`;

  const install = installTool("probe", pinsOf(releaseAt(url, "0".repeat(64)), GO_ROUTE), ctx);

  const message = `probe 1.2.3: ${url}: found sha256:${sha256(PROGRAM)} (21 bytes), expected sha256:${"0".repeat(64)}`;
  await expect(install).rejects.toThrow(expect.objectContaining({ code: "PIN_MISMATCH", message }));
  expect(ctx.calls()).toEqual([]);
  expect(readdirSync(join(ctx.cacheRoot, "tools/probe"))).toEqual([]);
});

it("goes on to the next route when the release can't be had, and says so", async () => {
  const ctx = bench({ go: fakeGo() });
  const url = `${await served()}/gone`;
  const tool = await installTool("probe", pinsOf(releaseAt(url, sha256(PROGRAM)), GO_ROUTE), ctx);
  expect(tool.route).toBe("go");
  expect(ctx.events).toContainEqual({ tool: "probe", phase: "route closed", detail: `release: ${url}: status 404` });
});

it("names every closed route and what to do by hand when none is open", async () => {
  const ctx = bench();
  const url = await served();
  for (const close of closing.splice(0)) close();

  const install = installTool("probe", pinsOf(releaseAt(`${url}/probe`, sha256(PROGRAM)), GO_ROUTE), ctx);

  const host = new URL(url).host;
  await expect(install).rejects.toThrow(
    expect.objectContaining({
      code: "TOOL_UNAVAILABLE",
      message: `probe 1.2.3 can't be installed on linux-x64: release: ${url}/probe: connect ECONNREFUSED ${host}; go: no such program, expected Go >= 1.90.0 on PATH`,
      next: `let ${host} through; or install Go >= 1.90.0, which builds it from its sources; or use --engine dagger`,
    }),
  );
});

it("says that no release is pinned for another platform, and which platforms are known at all", async () => {
  const pins = pinsOf(releaseAt("http://127.0.0.1:1/probe", sha256(PROGRAM)));
  const arm = installTool("probe", pins, bench({}, { platform: "darwin-arm64" }));
  await expect(arm).rejects.toThrow("release: no release is pinned for darwin-arm64");
  const windows = installTool("probe", pins, bench({}, { platform: "win32-x64" }));
  await expect(windows).rejects.toThrow(expect.objectContaining({ code: "TOOL_UNAVAILABLE" }));
});

it("goes on when the program does not start here, and refuses one that says another version", async () => {
  const broken = Buffer.from("#!/bin/sh\necho libfoo.so.1: cannot open shared object file >&2; exit 127\n");
  const other = Buffer.from("#!/bin/sh\necho 1.2.4\n");
  const { url, server } = await serve({ "/broken": broken, "/other": other });
  closing.push(() => server.close());

  const ctx = bench();
  await expect(installTool("probe", pinsOf(releaseAt(`${url}/broken`, sha256(broken))), ctx)).rejects.toThrow(
    "release: it does not start here: the system library libfoo.so.1 is missing",
  );
  await expect(installTool("probe", pinsOf(releaseAt(`${url}/other`, sha256(other))), ctx)).rejects.toThrow(
    expect.objectContaining({
      code: "PIN_MISMATCH",
      message: "probe: it says that its version is 1.2.4, expected 1.2.3",
    }),
  );
});

function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(content.length.toString(8).padStart(11, "0"), 124);
  header.write("0", 156);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
