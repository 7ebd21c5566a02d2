import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dockerfileOf, sealedInvocationOf } from "../../../pipeline/execute/dagger/dockerfile.ts";
import { literalPattern } from "../../../pipeline/src/engine.ts";
import { ROOT } from "../../support/shared-data.ts";
import { IMAGES, plannedTree, stepOf } from "./planned.ts";

const { steps } = plannedTree();
const golden = (name: string) => join(ROOT, "fixtures/dagger/dockerfiles", `${name}.Dockerfile`);

describe("dockerfileOf", () => {
  it.each(["secret_scan", "vuln_scan", "sbom_generate", "license_scan"])(
    "writes the recorded text for %s",
    async (id) => {
      const step = steps.find((candidate) => candidate.id === id);
      if (step === undefined) throw new Error(`${id} was not planned`);
      await expect(dockerfileOf(step, IMAGES)).toMatchFileSnapshot(golden(id));
    },
  );

  it("binds the history where the plan has one that is all here", () => {
    const step = stepOf(steps, "gitleaks");
    const withHistory = (problems: []) => ({ commits: 1, sha256: "0".repeat(64), problems });
    const bound = { ...step, staging: { ...step.staging, history: withHistory([]) } };
    expect(dockerfileOf(bound, IMAGES)).toContain("--mount=type=bind,source=history,target=/scan/history ");
    const problem = { code: "history-incomplete" as const, message: "history: a shallow clone" };
    const broken = { ...step, staging: { ...step.staging, history: { ...withHistory([]), problems: [problem] } } };
    expect(dockerfileOf(broken, IMAGES)).toBe(dockerfileOf(step, IMAGES));
  });

  it("takes scancode out of an image that holds it, wherever it lies there, and then needs no network at all", async () => {
    const scancode = { ...IMAGES.images.gitleaks, path: "/opt/scancode" };
    const lock = { ...IMAGES, images: { ...IMAGES.images, scancode } };
    const text = dockerfileOf(stepOf(steps, "scancode"), lock);
    await expect(text).toMatchFileSnapshot(golden("license_scan.image"));
    expect(
      text.split("\n").filter((line) => line.startsWith("RUN ") && !line.startsWith("RUN --network=none ")),
    ).toEqual([]);
  });

  it("links nothing where scancode lies at the place that the step names", () => {
    const scancode = { ...IMAGES.images.gitleaks, path: "/tool" };
    const lock = { ...IMAGES, images: { ...IMAGES.images, scancode } };
    expect(dockerfileOf(stepOf(steps, "scancode"), lock)).not.toContain('"ln"');
  });

  it("pins every image by digest, and has a network for nothing but the hashed requirements", () => {
    for (const step of steps) {
      const lines = dockerfileOf(step, IMAGES).split("\n");
      const images = lines.flatMap((line) => /^(?:FROM |COPY --from=)(\S+)/.exec(line)?.[1] ?? []);
      expect(images.length).toBe(2);
      for (const reference of images) expect(reference).toMatch(/@sha256:[0-9a-f]{64}$/);
      const open = lines.filter((line) => line.startsWith("RUN ") && !line.startsWith("RUN --network=none "));
      expect(open.map((line) => /"--require-hashes"/.exec(line)?.[0])).toEqual(
        step.tool === "scancode" ? ['"--require-hashes"'] : [],
      );
      expect(lines[0]).toMatch(/^FROM /);
    }
  });

  it.each(["gitleaks", "scancode"])("refuses a lock without an image for %s", (tool) => {
    const { node } = IMAGES.images;
    const lock = { ...IMAGES, images: { node } } as typeof IMAGES;
    expect(() => dockerfileOf(stepOf(steps, tool), lock)).toThrow(
      expect.objectContaining({ code: "PIN_MISMATCH", message: expect.stringContaining(`no image for ${tool}`) }),
    );
  });
});

describe("sealedInvocationOf", () => {
  it("fills in the places of the build, and leaves no placeholder", () => {
    for (const step of steps) {
      const { extracts, ...invocation } = sealedInvocationOf(step);
      expect(JSON.stringify(invocation)).not.toMatch(/\{(scan|out|tool|tmp)\}/);
      expect(invocation.argv[0]).toMatch(/^\/tool\//);
      expect(invocation.outDir).toBe("/out");
      expect(extracts).toEqual(step.staging.extracts);
    }
  });
});

describe("literalPattern", () => {
  it.each([
    ["src/a.ts", "src/a.ts"],
    ["a*b?[c]", "a\\*b\\?\\[c\\]"],
    ["back\\slash", "back\\\\slash"],
    ["!bang", "\\!bang"],
    [" lead/trail ", "[ ]lead/trail[ ]"],
    ["new\nline", "new\nline"],
  ])("makes %j the pattern %j", (path, pattern) => {
    expect(literalPattern(path)).toBe(pattern);
  });
});
