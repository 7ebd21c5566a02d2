import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, it } from "vitest";
import { installTool } from "../../../../pipeline/execute/host/tools/index.ts";
import { type Bench, bench, fakeGo, GO_ROUTE, MODULE_SUM, pinsOf } from "./fakes.ts";

const PINS = pinsOf(GO_ROUTE);
const OTHER_SUM = `h1:${"A".repeat(43)}=`;
const SETTINGS = "[CGO_ENABLED=0 GOOS=linux GOARCH=amd64 GOFLAGS=-buildvcs=false TOKEN=]";

function builds(ctx: Bench): string[] {
  return ctx.calls().filter((call) => call.startsWith("go build"));
}

it("builds the pinned module with the pinned flags in a clean environment", async () => {
  const ctx = bench({ go: fakeGo() });

  const tool = await installTool("probe", PINS, ctx);

  expect(tool.route).toBe("go");
  const calls = ctx.calls().map((call) => call.replace(/\S+\/entry\/tool/, "<tool>"));
  expect(calls).toEqual([
    `go version ${SETTINGS}`,
    `go mod download -json example.com/m@v1.2.3 ${SETTINGS}`,
    `go env GOVERSION ${SETTINGS}`,
    `go build -trimpath -tags=one,two -ldflags=-s -X main.version=1.2.3 -o <tool>/probe ./b ${SETTINGS}`,
    `go mod verify ${SETTINGS}`,
  ]);
});

it("refuses a module with another hash before anything is built", async () => {
  const ctx = bench({ go: fakeGo({ sum: OTHER_SUM }) });
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(
    expect.objectContaining({
      code: "PIN_MISMATCH",
      message: `probe 1.2.3: example.com/m@v1.2.3: found ${OTHER_SUM}, expected ${MODULE_SUM}`,
    }),
  );
  expect(builds(ctx)).toEqual([]);
});

it("refuses a module cache whose files are not what Go says they are", async () => {
  const ctx = bench({ go: fakeGo({ sum: OTHER_SUM }) });
  const pins = pinsOf({ ...GO_ROUTE, sum: OTHER_SUM });
  await expect(installTool("probe", pins, ctx)).rejects.toThrow(
    expect.objectContaining({
      code: "PIN_MISMATCH",
      message: expect.stringContaining(`found ${MODULE_SUM}, expected ${OTHER_SUM}`),
    }),
  );
  expect(builds(ctx)).toEqual([]);
});

it.each([
  ["a dependency differs from go.sum", { build: "echo 'verifying x@v1: checksum mismatch' >&2; exit 1" }],
  ["a dependency in the cache was changed", { verify: "echo 'x v1: dir has been modified' >&2; exit 1" }],
])("refuses the build when %s", async (_title, fake) => {
  const ctx = bench({ go: fakeGo(fake) });
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(expect.objectContaining({ code: "PIN_MISMATCH" }));
  expect(readdirSync(join(ctx.cacheRoot, "tools/probe"))).toEqual([]);
});

it("says which Go is needed when the one found is too old", async () => {
  const ctx = bench({
    go: fakeGo({ build: "echo 'go: go.mod requires go >= 1.99.9 (running go 1.99.1; GOTOOLCHAIN=local)' >&2; exit 1" }),
  });
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(
    expect.objectContaining({
      code: "TOOL_UNAVAILABLE",
      message: expect.stringContaining(
        "requires go >= 1.99.9 (running go 1.99.1; GOTOOLCHAIN=local) (found go1.99.1, expected Go >= 1.90.0)",
      ),
    }),
  );
});

it("shows no password out of an address that Go tells", async () => {
  const secret = ["pass", "word"].join("");
  const ctx = bench({ go: fakeGo({ build: `echo 'Get "https://me:${secret}@proxy.example/": refused' >&2; exit 1` }) });
  const failure = await installTool("probe", PINS, ctx).catch((error: unknown) => (error as Error).message);
  expect(failure).toContain("https://***@proxy.example/");
  expect(failure).not.toContain(secret);
});

it("reports a full disk as such when the compiler says so", async () => {
  const ctx = bench({ go: fakeGo({ build: "echo 'write $WORK/a: no space left on device' >&2; exit 1" }) });
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(expect.objectContaining({ code: "STORAGE_FAILED" }));
});

it("reports a cache folder that can't be made", async () => {
  const ctx = bench({ go: fakeGo() });
  const blocked = { ...ctx, cacheRoot: join(ctx.root, "calls") };
  await expect(installTool("probe", PINS, blocked)).rejects.toThrow(
    expect.objectContaining({ code: "STORAGE_FAILED" }),
  );
});

it("ends the build and leaves nothing when it is called off", async () => {
  const stop = new AbortController();
  const ctx = bench(
    { go: fakeGo({ build: '/bin/sleep 60 & echo "child $!" >> "$LOG"; wait' }) },
    { signal: stop.signal },
  );
  const install = installTool("probe", PINS, ctx);
  const child = await waitFor(() => ctx.calls().find((call) => call.startsWith("child ")));
  stop.abort(new Error("called off"));
  await expect(install).rejects.toThrow("called off");
  expect(readdirSync(join(ctx.cacheRoot, "tools/probe"))).toEqual([]);
  await waitFor(() => !isAlive(Number(child.slice(6))));
});

it("removes what an installation that was killed left behind", async () => {
  const ctx = bench({ go: fakeGo() });
  const folder = join(ctx.cacheRoot, "tools/probe");
  mkdirSync(join(folder, ".new-dead/go/entry"), { recursive: true });
  writeFileSync(join(folder, ".new-dead/go/entry/record.json"), "{");
  writeFileSync(join(folder, ".lock"), `999999999 ${hostname()} 2026-01-01T00:00:00.000Z\n`);
  const tool = await installTool("probe", PINS, ctx);
  expect(readdirSync(folder)).toEqual([basename(dirname(tool.dir))]);
});

async function waitFor<T>(ask: () => T): Promise<NonNullable<T>> {
  for (;;) {
    const answer = ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
