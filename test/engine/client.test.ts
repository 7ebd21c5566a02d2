import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";
import { exampleTree, gate, IMAGES, missing, newFolder, resultsOf, titled } from "./live.ts";

const exitOf = (out: string, step: string) => JSON.parse(readFileSync(join(out, "run", step, "exit.json"), "utf8"));

describe.skipIf(missing !== undefined)(titled("the command line on a live Dagger engine"), () => {
  const tree = exampleTree();
  const advisories = newFolder();
  const options = [
    "--policy",
    join(ROOT, "examples/demo/policy.yaml"),
    "--advisories",
    advisories,
    "--as-of",
    "2026-01-01",
  ];
  const run = (out: string, ...more: string[]) => gate("run", tree, ...options, "--out", out, ...more);
  const first = newFolder();

  beforeAll(async () => {
    await gate("advisories", "build", "--from", join(ROOT, "examples/demo/advisories"), "--to", advisories);
  });

  it("finds what there is to find, with complete evidence, sealed", async () => {
    const ended = await run(first, "--engine", "dagger", ...IMAGES, "--json");
    expect(ended.status, ended.stderr).toBe(1);
    const verdict = JSON.parse(ended.stdout);
    expect(verdict.verdict).toBe("FAILED");
    expect(verdict.isolation).toEqual({ kind: "dagger", egress: "blocked (proved)" });
    const states = verdict.jobs.map(({ kind, state }: { kind: string; state: string }) => [kind, state]);
    expect(Object.fromEntries(states)).toEqual({
      secret_scan: "complete",
      vuln_scan: "complete",
      sbom_generate: "complete",
      license_scan: "complete",
      oss_register_audit: "complete",
    });
  });

  it("decides the same again from the evidence alone", async () => {
    expect(await gate("decide", first)).toMatchObject({ status: 1 });
  });

  it("runs no step again whose input is the same", async () => {
    const second = newFolder();
    expect((await run(second, "--engine", "dagger", ...IMAGES, "--quiet")).status).toBe(1);
    for (const step of ["secret_scan", "vuln_scan", "sbom_generate", "license_scan"]) {
      expect(exitOf(second, step)).toEqual(exitOf(first, step));
    }
    expect(resultsOf(second)).toEqual(resultsOf(first));
  });

  it("leaves the same bytes as the host, but for the isolation", async (context) => {
    if ((await gate("tools", "verify")).status !== 0) context.skip("the pinned tools are not installed on this host");
    const onHost = newFolder();
    const ended = await run(onHost, "--engine", "host", "--json");
    expect(ended.status, ended.stderr).toBe(1);
    if (JSON.parse(ended.stdout).isolation.kind !== "bubblewrap") context.skip("no bubblewrap on this host");
    const neutral = (text: string) =>
      text.replaceAll(/"(kind|isolation)": "bubblewrap"|isolation: bubblewrap/g, (found) =>
        found.replace("bubblewrap", "dagger"),
      );
    // The index has the digests of the files that tell it.
    const compared = (folder: string) => [...resultsOf(folder)].filter(([path]) => path !== "bundle_index.json");
    const host = new Map(compared(onHost).map(([path, text]) => [path, neutral(text)]));
    expect(host).toEqual(new Map(compared(first)));
  });

  it("refuses a tree with a name that Dagger can't carry, and says so", async () => {
    const odd = exampleTree();
    writeFileSync(Buffer.concat([Buffer.from(`${odd}/odd`), Buffer.from([0xff])]), "x");
    const ended = await gate("run", odd, "--engine", "dagger", ...IMAGES, "--out", newFolder());
    expect(ended.status).toBe(3);
    expect(ended.stderr).toContain("ENGINE_UNAVAILABLE: --engine dagger: odd\\xff: a name that is no UTF-8");
  });

  it("says what an engine can't pull", async () => {
    const lock = JSON.parse(readFileSync(IMAGES[1] ?? join(ROOT, "pipeline/pins/images.json"), "utf8"));
    lock.images.syft.reference = lock.images.syft.reference.replace(/[0-9a-f]{64}$/, "0".repeat(64));
    const images = newFolder();
    writeFileSync(images, JSON.stringify(lock));
    const ended = await run(newFolder(), "--engine", "dagger", "--images", images);
    expect(ended.status).toBe(3);
    expect(ended.stderr).toMatch(/ENGINE_UNAVAILABLE: dagger: step sbom_generate: .*0{64}/);
  });
});
