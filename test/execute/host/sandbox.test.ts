import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { probeEgress } from "../../../pipeline/execute/host/egress.ts";
import { askInside, findBubblewrap } from "../../../pipeline/execute/host/sandbox.ts";

const found = await findBubblewrap(process.env);
const missing = typeof found === "string" ? found : null;

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "sandbox-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Puts a program named bwrap into a folder. */
function pretend(folder: string, script: string): string {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "bwrap"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, folder, "bwrap"), 0o700);
  return join(root, folder);
}

describe.skipIf(process.platform !== "linux")("findBubblewrap (Linux only)", () => {
  it("says that there is none", async () => {
    expect(await findBubblewrap({})).toBe("no bwrap on PATH");
    expect(await findBubblewrap({ PATH: `relative:${root}` })).toBe("no bwrap on PATH");
  });

  it("says why it does not work here", async () => {
    const folder = pretend("bin", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1");
    expect(await findBubblewrap({ PATH: folder })).toBe(
      `${folder}/bwrap does not work here: bwrap: No permissions to create new namespace`,
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    "passes over a folder that is closed to it (root is never shut out)",
    async () => {
      const closed = pretend("closed", "exit 1");
      chmodSync(closed, 0o000);
      const answer = await findBubblewrap({ PATH: `${closed}:${pretend("open", "echo 'bubblewrap 0.8.0'")}` });
      chmodSync(closed, 0o700);
      expect(answer).toMatchObject({ version: "0.8.0" });
    },
  );

  it("never runs a program of the tree under the gate", async () => {
    const folder = pretend("tree/bin", "echo 'bubblewrap 0.8.0'");
    expect(await findBubblewrap({ PATH: folder }, join(root, "tree"))).toBe("no bwrap on PATH");
    expect(await findBubblewrap({ PATH: folder }, join(root, "other"))).toMatchObject({ version: "0.8.0" });
  });

  it("does without a size of /tmp when bubblewrap is too old for it", async () => {
    const folder = pretend(
      "bin",
      'case "$*" in *--size*) echo "bwrap: Unknown option --size" >&2; exit 1;; esac; echo "bubblewrap 0.4.0"',
    );
    expect(await findBubblewrap({ PATH: folder })).toMatchObject({ version: "0.4.0", sizedTmp: false });
  });
});

describe.skipIf(missing !== null)(`inside bubblewrap${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  const ask = async (
    script: string,
    binds: { from: string; to: string; writable?: boolean }[] = [],
  ): Promise<string> => {
    if (typeof found === "string") return found;
    return (await askInside(found, ["/usr/bin/env", "-i", "/bin/sh", "-c", script], binds)).stdout.trim();
  };

  it("A-38: there is nothing of the host but programs and libraries", async () => {
    expect(await ask("echo /*")).toMatch(/^\/bin \/dev( \/etc)?( \/lib\w*)+( \/nix)? \/proc \/sbin \/tmp \/usr$/);
    expect(await ask("echo /etc/*")).toMatch(/^\/etc\/(ld\.so\.cache|\*)$/);
    expect(await ask("echo /tmp/* /proc/[0-9]*")).toMatch(/^\/tmp\/\* \/proc\/1 \/proc\/2$/);
    expect(await ask("grep CapEff /proc/self/status")).toBe("CapEff:\t0000000000000000");
  });

  it("A-38 A-61: only what is bound writable can be written", async () => {
    const script = "for f in /x /usr/x /ro/x /rw/x /tmp/x; do (: > $f) 2>/dev/null && echo $f; done";
    mkdirSync(join(root, "ro"));
    mkdirSync(join(root, "rw"));
    const binds = [
      { from: join(root, "ro"), to: "/ro" },
      { from: join(root, "rw"), to: "/rw", writable: true },
    ];
    expect(await ask(script, binds)).toBe("/rw/x\n/tmp/x");
  });

  it("A-11 A-38: no network is reached, and that is proved", async () => {
    expect(typeof found === "string" ? found : await probeEgress(found)).toBe("blocked (proved)");
  });
});

describe.skipIf(process.platform !== "linux")("probeEgress (Linux only)", () => {
  const probe = async (script: string): Promise<string> => {
    const command = join(pretend("bin", script), "bwrap");
    return await probeEgress({ command, version: "0", root: [], sizedTmp: false });
  };
  // Everything up to "--" is for bubblewrap; then /probe/node, -e, program, port.
  const skip = 'while [ "$1" != -- ]; do shift; done; shift 2';

  it("proves nothing where the network is open", async () => {
    // Without the second address: tests use no network but the loopback.
    const program =
      "require('net').connect(Number(process.argv[1]), '127.0.0.1').on('connect', function () { process.stdout.write('ECONNREFUSED ENETUNREACH'); this.destroy(); })";
    expect(await probe(`${skip}; exec "${process.execPath}" -e "${program}" "$3"`)).toBe("not proved");
  });

  it("proves nothing when the program does not run", async () => {
    expect(await probe("exit 1")).toBe("not proved");
    expect(await probe("echo ECONNREFUSED EHOSTUNREACH")).toBe("not proved");
  });
});
