import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import type { KindId } from "../../../schemas/common.ts";
import type { Loose } from "../../kinds/attack.ts";
import type { Case } from "../case.ts";
import { type Bench, liveCase } from "./bench.ts";
import type { Behaviour } from "./fake-tool.ts";
import { inPlaceOf } from "./fake-tool.ts";

const KINDS: readonly KindId[] = ["secret_scan", "vuln_scan", "sbom_generate", "license_scan"];
const GROUP = "tool replaced";
const LIE =
  "a program that prints the pinned version, finds the canaries, and says all that the real tool would but one finding, is that tool for all that the gate can see; its bytes are compared when it is installed and at every run";

/** Tools replaced by other programs: by nothing, by `true`, by another version, by one that writes an empty report or knows the canary alone. */
export function replacedCases(bench: Bench): Case[] {
  return KINDS.flatMap((kind) => [
    ...Object.entries(FILES).map(([name, put]) => liveCase(kind, GROUP, name, () => placed(bench, kind, put))),
    ...Object.entries(behaviours(kind)).map(([name, behaviour]) =>
      liveCase(kind, GROUP, name, () => bench.faked({ kind, root: bench.world.clean }, behaviour)),
    ),
    ...liars(bench, kind),
  ]);
}

type Put = (executable: string) => void;

const FILES: Readonly<Record<string, Put>> = {
  "is missing": () => {},
  "is true": (path) => copyFileSync("/bin/true", path),
  "is empty": (path) => {
    writeFileSync(path, "");
    chmodSync(path, 0o755);
  },
  "can't be executed": (path) => writeFileSync(path, "#!/bin/sh\n", { mode: 0o600 }),
  "is a folder": (path) => mkdirSync(path),
  "is a link to nothing": (path) => symlinkSync("/nonexistent/tool", path),
};

async function placed(bench: Bench, kind: KindId, put: Put) {
  return await inPlaceOf(bench.toolOf(kind), put, (tool) => bench.attack({ kind, root: bench.world.clean, tool }));
}

const OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  secret_scan: ["gitleaks.json"],
  vuln_scan: ["osv-scanner.json"],
  sbom_generate: ["syft.json"],
  license_scan: ["scancode.json", "canary.json"],
};

/** Programs that get as far as to be run. */
function behaviours(kind: KindId): Record<string, Behaviour> {
  const outputs = (text: string) => Object.fromEntries((OUTPUTS[kind] ?? []).map((name) => [name, text]));
  const scanned = kind === "secret_scan" ? 77 : kind === "vuln_scan" ? 1 : 0;
  return {
    "ends with 0 and writes nothing": { status: 0 },
    "ends as usual and writes nothing": { status: scanned },
    "writes an empty report": { status: scanned, outputs: outputs("") },
    "writes a report of nothing": { status: scanned, outputs: outputs(kind === "secret_scan" ? "[]" : "{}") },
    "is another version": { real: true, version: "0.0.1 \nosv-scanner version: 0.0.1 \nsyft 0.0.1 \n" },
    "says no version": { real: true, version: "" },
  };
}

/** Over the tree with findings: one that finds the canary alone, with and without knowing what else is asked of it. */
function liars(bench: Bench, kind: KindId): Case[] {
  const root = bench.world.dirty;
  const { clean } = bench.world;
  if (kind === "secret_scan") {
    return [
      liveCase(kind, GROUP, "finds the canary alone", async () => {
        const { outputs, stderr } = await bench.real(kind, clean);
        return await bench.faked({ kind, root }, { outputs, stderr, status: 77 });
      }),
      liveCase(
        kind,
        GROUP,
        "finds the canary alone, and counts every byte",
        async () => {
          const [{ outputs, stderr }, dirty] = [await bench.real(kind, clean), await bench.real(kind, root)];
          const bytes = /scanned ~\d+ bytes/.exec(dirty.stderr)?.[0] ?? "";
          const told = stderr.replace(/scanned ~\d+ bytes/, bytes);
          return await bench.faked({ kind, root }, { outputs, stderr: told, status: 77 });
        },
        LIE,
      ),
    ];
  }
  if (kind !== "vuln_scan") {
    return [
      liveCase(kind, GROUP, "says what the real one says of another tree", async () => {
        const { outputs, stderr } = await bench.real(kind, clean);
        return await bench.faked({ kind, root }, { outputs, stderr, status: 0 });
      }),
    ];
  }
  return [
    liveCase(kind, GROUP, "finds the canary alone", async () => {
      const { outputs, stderr } = await bench.real(kind, root);
      const report = JSON.parse(outputs["osv-scanner.json"] ?? "{}") as Loose;
      const kept = report["results"]?.filter((entry) => String(entry["source"]?.["path"]).includes("/config/canary."));
      const told = JSON.stringify(Object.assign(report, { results: kept }));
      return await bench.faked({ kind, root }, { outputs: { "osv-scanner.json": told }, stderr, status: 1 });
    }),
  ];
}
