import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { installTool } from "../../../../pipeline/execute/host/tools/index.ts";
import requirements from "../../../../pipeline/pins/scancode-requirements.txt" with { type: "text" };
import type { PipInstall } from "../../../../schemas/pins.ts";
import { bench, pinsOf, sha256 } from "./fakes.ts";

const ROUTE: PipInstall = {
  route: "pip",
  requirements: "scancode-requirements.txt",
  sha256: sha256(requirements),
  pythons: ["3.12", "3.11"],
  platforms: ["linux-x64"],
};
const PINS = pinsOf(ROUTE);

/** A Python that makes environments whose `bin/python` is a link to itself. */
function fakePython({ version = "3.12.4", prefix = "$ROOT/base", install = "", venv = "" } = {}): string {
  return `
MODULE="$2"; [ "$2" = "-m" ] && MODULE="$3"; [ "$1" = "-m" ] && MODULE="$2"
case "$MODULE $*" in
  "-c "*) echo '{"version": "${version}", "executable": "'"${prefix}"'/bin/python", "prefix": "'"${prefix}"'"}' ;;
  "venv "*)
    echo "venv" >> "$LOG"; ${venv}
    /bin/mkdir -p "$4/bin" "$4/lib"; /bin/ln -s "${prefix}/bin/python" "$4/bin/python"
    echo x > "$4/bin/scancode"; printf 'home = x\\ncommand = y\\n' > "$4/pyvenv.cfg" ;;
  "pip -m pip install "*) echo "$*" >> "$LOG"; ${install} : ;;
  "pip -m pip uninstall "*) echo uninstall >> "$LOG" ;;
  "compileall "*) echo compile >> "$LOG"; exit 1 ;;
  *) echo 1.2.3 ;;
esac
`;
}

/** The same, with the interpreter itself where it says that it is. */
function pythonBench(options: Parameters<typeof fakePython>[0] = {}) {
  const ctx = bench({ "python3.12": fakePython(options) });
  mkdirSync(join(ctx.root, "base/bin"), { recursive: true });
  renameSync(join(ctx.root, "bin/python3.12"), join(ctx.root, "base/bin/python"));
  return { ...ctx, env: { ...ctx.env, PATH: join(ctx.root, "base/bin") } };
}

it("fills a virtual environment from the locked requirements and keeps the interpreter only", async () => {
  const ctx = pythonBench();

  const tool = await installTool("probe", PINS, ctx);

  expect(tool).toMatchObject({ route: "pip", sameBinds: [join(ctx.root, "base")] });
  const calls = ctx.calls().map((call) => call.replace(/\S+\/scratch/, "<scratch>"));
  const options = "--require-hashes --no-deps --only-binary=:all: --no-compile --no-input --disable-pip-version-check";
  expect(calls).toEqual([
    "venv",
    `-m pip install --quiet ${options} -r <scratch>/scancode-requirements.txt`,
    "uninstall",
    "compile",
  ]);
  expect(readdirSync(join(tool.dir, "bin"))).toEqual(["python"]);
  expect(readFileSync(join(tool.dir, "pyvenv.cfg"), "utf8")).toBe("home = x\n");
});

it("installs anew when the Python that it was built on is gone", async () => {
  const ctx = pythonBench();
  const tool = await installTool("probe", PINS, ctx);
  renameSync(join(ctx.root, "base"), join(ctx.root, "base2"));
  const moved = { ...ctx, env: { ...ctx.env, PATH: join(ctx.root, "base2/bin") } };
  const gone = installTool("probe", PINS, moved);
  // The fake still says that it lives in the folder that is gone.
  await expect(gone).rejects.toThrow();
  expect(ctx.events).toContainEqual({
    tool: "probe",
    phase: "outdated",
    detail: `${join(ctx.root, "base")} is gone`,
  });
  renameSync(join(ctx.root, "base2"), join(ctx.root, "base"));
  expect(await installTool("probe", PINS, ctx)).toEqual(tool);
});

it("refuses a wheel with another hash, naming both", async () => {
  const said = [
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes.",
    "    attrs==26.1.0 from file:///wheels/attrs-26.1.0-py3-none-any.whl (from -r r.txt (line 2)):",
    `        Expected sha256 ${"a".repeat(64)}`,
    `        Expected     or ${"b".repeat(64)}`,
    `             Got        ${"c".repeat(64)}`,
  ].join("\\n");
  const ctx = pythonBench({ install: `printf '${said}\\n' >&2; exit 1;` });
  const [a, b, c] = ["a", "b", "c"].map((digit) => `sha256:${digit.repeat(64)}`);
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(
    expect.objectContaining({
      code: "PIN_MISMATCH",
      message: `probe 1.2.3: attrs==26.1.0: found ${c}, expected ${a} or ${b}`,
    }),
  );
  expect(readdirSync(join(ctx.cacheRoot, "tools/probe"))).toEqual([]);
});

it("says why when pip finds no wheel, or the Python can't make an environment", async () => {
  const pip = pythonBench({ install: "echo 'ERROR: No matching distribution found for attrs==26.1.0' >&2; exit 1;" });
  await expect(installTool("probe", PINS, pip)).rejects.toThrow(
    expect.objectContaining({
      code: "TOOL_UNAVAILABLE",
      message:
        "probe 1.2.3 can't be installed on linux-x64: pip: pip install: ended with 1: ERROR: No matching distribution found for attrs==26.1.0",
    }),
  );
});

it("tells Debian's users which package makes environments", async () => {
  const ctx = bench({ python3: fakePython({ venv: "echo 'ensurepip is not available' >&2; exit 1;" }) });
  mkdirSync(join(ctx.root, "base/bin"), { recursive: true });
  renameSync(join(ctx.root, "bin/python3"), join(ctx.root, "base/bin/python"));
  const env = { ...ctx.env, PATH: join(ctx.root, "base/bin") };
  await expect(installTool("probe", PINS, { ...ctx, env })).rejects.toThrow(
    "ensurepip is not available (on Debian and Ubuntu: install python3-venv)",
  );
});

it("says which Python is needed and what was found", async () => {
  const ctx = pythonBench({ version: "3.9.2" });
  await expect(installTool("probe", PINS, ctx)).rejects.toThrow(
    expect.objectContaining({
      message:
        "probe 1.2.3 can't be installed on linux-x64: pip: found python is 3.9.2, expected Python 3.12, 3.11 on PATH",
      next: "install Python 3.12 with venv on linux-x64, which runs it; or use --engine dagger",
    }),
  );
});

it("refuses requirements that are not the pinned ones, and platforms without wheels", async () => {
  const other = installTool("probe", pinsOf({ ...ROUTE, sha256: "0".repeat(64) }), bench());
  await expect(other).rejects.toThrow(expect.objectContaining({ code: "PIN_MISMATCH" }));
  const mac = installTool("probe", PINS, bench({}, { platform: "darwin-arm64" }));
  await expect(mac).rejects.toThrow("some of its parts are published for linux-x64 only, found darwin-arm64");
  expect(existsSync(ROUTE.requirements)).toBe(false);
});
