import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolContext, ToolEvent } from "../../../../pipeline/execute/host/tools/context.ts";
import type { GoInstall, PipInstall, ReleaseArchive, ToolPins } from "../../../../schemas/pins.ts";

export interface Bench extends ToolContext {
  readonly root: string;
  readonly events: ToolEvent[];
  /** Lines that fake programs wrote. */
  calls(): string[];
}

/** A context with a cache of its own, and nothing on PATH but the given shell scripts: the machine's own go and python do not answer. */
export function bench(scripts: Readonly<Record<string, string>> = {}, overrides: Partial<ToolContext> = {}): Bench {
  const root = mkdtempSync(join(tmpdir(), "supply-gate-tools-"));
  const log = join(root, "calls");
  writeFileSync(log, "");
  mkdirSync(join(root, "bin"));
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(root, "bin", name), `#!/bin/sh\nLOG='${log}'\nROOT='${root}'\n${script}`);
    chmodSync(join(root, "bin", name), 0o755);
  }
  const events: ToolEvent[] = [];
  return {
    root,
    events,
    calls: () => readFileSync(log, "utf8").split("\n").filter(Boolean),
    cacheRoot: join(root, "cache"),
    env: { PATH: `${join(root, "bin")}:relative`, HOME: root, TOKEN: "not for others" },
    platform: "linux-x64",
    now: () => new Date("2026-01-02T03:04:05.000Z"),
    signal: new AbortController().signal,
    log: (event) => events.push(event),
    ...overrides,
  };
}

export const MODULE = { "go.mod": "module example.com/m\n", "b/b.go": "package b\n", "B.txt": "hi" };
/** Of MODULE as example.com/m@v1.2.3, by golang.org/x/mod/sumdb/dirhash. */
export const MODULE_SUM = "h1:xGE+0uGBANlOXo+nOYCNcJ3Ye6n9J5C/ds54YMAiKzk=";

/** A `go` that has MODULE in its cache and "builds" a program which says version 1.2.3. */
export function fakeGo({ sum = MODULE_SUM, build = "", verify = "exit 0" } = {}): string {
  const files = Object.entries(MODULE).map(
    ([path, text]) =>
      `/bin/mkdir -p "$(/usr/bin/dirname "$ROOT/module/${path}")"; printf '%s' '${text}' > "$ROOT/module/${path}"`,
  );
  return `
echo "go $* [CGO_ENABLED=$CGO_ENABLED GOOS=$GOOS GOARCH=$GOARCH GOFLAGS=$GOFLAGS TOKEN=$TOKEN]" >> "$LOG"
case "$1 $2" in
  "version ") echo "go version go1.99.1 linux/amd64" ;;
  "env GOVERSION") echo go1.99.1 ;;
  "mod download")
    ${files.join("\n    ")}
    echo "{\\"Dir\\": \\"$ROOT/module\\", \\"Sum\\": \\"${sum}\\"}" ;;
  "mod verify") ${verify} ;;
  build*)
    ${build}
    while [ "$1" != "-o" ]; do shift; done
    printf '#!/bin/sh\\necho 1.2.3\\n' > "$2"; /bin/chmod 755 "$2" ;;
esac
`;
}

export const GO_ROUTE: GoInstall = {
  route: "go",
  module: "example.com/m",
  package: "./b",
  version: "v1.2.3",
  sum: MODULE_SUM,
  tags: ["one", "two"],
  ldflags: "-s -X main.version=1.2.3",
  minimumGo: "1.90.0",
};

/** Pins of one tool, named `probe`, that is an executable `probe` and says version 1.2.3. */
export function pinsOf(...routes: (ReleaseArchive | GoInstall | PipInstall)[]): ToolPins {
  const executable = routes[0]?.route === "pip" ? "bin/python" : "probe";
  const versionArgv = [`{tool}/${executable}`, "version"];
  const pin = { version: "1.2.3", license: "MIT", executable, versionArgv, versionPattern: "^(\\S+)\\s", routes };
  return { schemaVersion: "supply-gate/tools-1", tools: { probe: pin } };
}

/** A release route for linux-x64 at this address. */
export function releaseAt(url: string, sha256: string, member?: string): ReleaseArchive {
  const archives = { "linux-x64": { url, sha256, verified: false } };
  return { route: "release", archives, ...(member === undefined ? {} : { member }) };
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Answers every path that `files` has on the loopback address, 404 for the rest. */
export async function serve(files: Readonly<Record<string, Uint8Array>>): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const content = files[request.url ?? ""];
    response.writeHead(content === undefined ? 404 : 200);
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
