import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { GateError } from "../../../../schemas/error.ts";
import type { GoInstall } from "../../../../schemas/pins.ts";
import type { Built, Place } from "./cache.ts";
import { RouteFault, type ToolContext } from "./context.ts";
import { copyModule } from "./go-module.ts";
import { cleanEnv, lastLines, type Ran, runProgram } from "./program.ts";

const BUILD_MS = 40 * 60_000;

/** What of the caller's Go settings leads to modules; everything that changes what is built is ours. */
const SETTINGS = [
  "GOPATH",
  "GOMODCACHE",
  "GOPROXY",
  "GOSUMDB",
  "GONOPROXY",
  "GONOSUMDB",
  "GOPRIVATE",
  "GOTOOLCHAIN",
  "NETRC",
];

const Download = z.object({ Dir: z.string().optional(), Sum: z.string().optional(), Error: z.string().optional() });

/**
 * Builds the tool out of its module. The module's hash is compared with the pin before anything of it is used; it is then the main module of
 * the build, so that its own go.sum, which that hash covers, decides over every dependency, whatever checksum database the network has.
 * @throws RouteFault when there is no Go, or none that is new enough, or no module; GateError PIN_MISMATCH when a hash differs
 */
export async function installGo(
  route: GoInstall,
  place: Place,
  tool: string,
  scratch: string,
  ctx: ToolContext,
): Promise<Built> {
  const go = await openGo(place, scratch, ctx);
  const version = await go(scratch, "version");
  if (version.fault !== null) throw new RouteFault(`${version.fault}, expected Go >= ${route.minimumGo} on PATH`);

  const module = `${route.module}@${route.version}`;
  ctx.log({ tool: place.name, phase: "downloading", detail: module });
  const downloaded = await go(scratch, "mod", "download", "-json", module);
  const { Dir, Sum, Error: why } = parseDownload(downloaded.stdout);
  refuseMismatch(place, downloaded.stdout + downloaded.stderr, route.sum);
  if (Sum !== undefined && Sum !== route.sum) throw mismatch(place, module, Sum, route.sum);
  if (downloaded.fault !== null || Dir === undefined)
    throw new RouteFault(`go mod download ${module}: ${why ?? downloaded.fault ?? "no folder"}`);

  const source = join(scratch, "source");
  const sum = copyModule(Dir, module, source);
  if (sum !== route.sum) throw mismatch(place, `${module} in ${Dir}`, sum, route.sum);

  const found = await go(source, "env", "GOVERSION");
  ctx.log({
    tool: place.name,
    phase: "building",
    detail: `with ${found.stdout.trim() || version.stdout.trim()}, this takes minutes`,
  });
  mkdirSync(tool, { recursive: true });
  const options = [
    "-trimpath",
    `-tags=${route.tags.join(",")}`,
    `-ldflags=${route.ldflags}`,
    "-o",
    join(tool, place.pin.executable),
  ];
  const built = await go(source, "build", ...options, route.package);
  refuseMismatch(place, built.stderr, route.sum);
  if (built.fault !== null) {
    throw new RouteFault(
      `go build: ${built.fault} (found ${found.stdout.trim() || version.stdout.trim()}, expected Go >= ${route.minimumGo})`,
    );
  }

  ctx.log({ tool: place.name, phase: "verifying", detail: "the modules that it was built from" });
  const verified = await go(source, "mod", "verify");
  if (verified.fault !== null)
    throw mismatch(place, "a dependency in Go's module cache", verified.fault, "what go.sum says", verified.stderr);
  return { route: "go", builtWith: { go: found.stdout.trim() }, sameBinds: [] };
}

type Go = (cwd: string, ...args: readonly string[]) => Promise<Ran>;

function openGo({ platform }: Place, scratch: string, ctx: ToolContext): Go {
  const temporary = join(scratch, "tmp");
  mkdirSync(temporary, { recursive: true });
  // A module of our own, so that none in a folder above is taken, and changed, instead.
  writeFileSync(join(scratch, "go.mod"), "module supply-gate.invalid/install\n");
  const [system, processor] = platform.split("-") as [string, string];
  const ours = {
    HOME: ctx.env["HOME"] ?? scratch,
    TMPDIR: temporary,
    // Not the caller's: what other builds left there is not covered by any hash.
    GOCACHE: join(scratch, "build-cache"),
    GOFLAGS: `-buildvcs=false${ctx.env["HOME"] === undefined ? " -modcacherw" : ""}`,
    GO111MODULE: "on",
    GOWORK: "off",
    GOOS: system,
    GOARCH: processor === "x64" ? "amd64" : processor,
    CGO_ENABLED: "0",
  };
  const env = cleanEnv(ctx.env, SETTINGS, ours);
  return async (cwd, ...args) =>
    await runProgram(["go", ...args], { cwd, env, signal: ctx.signal, timeoutMs: BUILD_MS });
}

function parseDownload(stdout: string): z.infer<typeof Download> {
  try {
    return Download.parse(JSON.parse(stdout));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof z.ZodError) return {};
    throw cause;
  }
}

/** Go's own checks: the checksum database, go.sum. */
function refuseMismatch(place: Place, output: string, expected: string): void {
  if (/SECURITY ERROR|checksum mismatch/.test(output))
    throw mismatch(place, "go", "a checksum mismatch", expected, output);
}

function mismatch({ name, pin }: Place, where: string, found: string, expected: string, output = ""): GateError {
  const said = output === "" ? "" : ` (${lastLines(output)})`;
  return new GateError(
    "PIN_MISMATCH",
    `${name} ${pin.version}: ${where}: found ${found}${said}, expected ${expected}`,
    {
      next: "find out what answers for GOPROXY and who wrote to Go's module cache; go clean -modcache empties it",
    },
  );
}
