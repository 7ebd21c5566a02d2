import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "tsdown";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";
import { component, recordedComponents, SUBJECT } from "./components.ts";

/** Collations of these differ: in Slovak "ch" comes after "h", in Swedish "ä" after "z", and some put capitals last. */
const NAMES = ["chalk", "debug", "husky", "Ink", "ink", "ä", "z"];

const PROGRAM = `
import { readFileSync } from "node:fs";
const [format, document] = process.argv.slice(2);
const { components, subject } = JSON.parse(readFileSync(0, "utf8"));
const module = await import(format);
process.stdout.write(module[document](components, subject));
`;

describe("SBOM documents", () => {
  it("are the same bytes in any time zone and locale, from a bundle of one file", async () => {
    const outDir = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
    const entry = ["cyclonedx", "spdx"].map((name) => join(ROOT, `pipeline/report/${name}.ts`));
    await build({
      entry,
      outDir,
      format: "esm",
      platform: "node",
      dts: false,
      noExternal: [/.*/],
      config: false,
      logLevel: "silent",
    });
    writeFileSync(join(outDir, "program.mjs"), PROGRAM);
    const { components, dependencies } = recordedComponents();
    const odd = NAMES.map((name) =>
      component(name, { purl: `pkg:generic/${encodeURIComponent(name)}`, locations: NAMES }),
    );
    const input = JSON.stringify({
      components: { components: [...components, ...odd], dependencies },
      subject: SUBJECT,
    });
    for (const [format, document] of [
      ["cyclonedx", "toCycloneDx"],
      ["spdx", "toSpdx"],
    ] as const) {
      const file = readdirSync(outDir).find((name) => name.startsWith(`${format}.`)) ?? "missing";
      const texts = [
        { TZ: "UTC", LC_ALL: "C" },
        { TZ: "Pacific/Chatham", LC_ALL: "sk_SK.UTF-8" },
        { TZ: "America/St_Johns", LC_ALL: "sv_SE.UTF-8" },
      ].map((env) =>
        execFileSync(process.execPath, ["program.mjs", `./${file}`, document], {
          cwd: outDir,
          env,
          input,
          encoding: "utf8",
        }),
      );
      expect(texts[0]).toContain("pkg:generic/chalk");
      expect(new Set(texts).size).toBe(1);
    }
  });
});
