import { PINS, TOOLS } from "../../pipeline/cli/pins.ts";
import { RECOMMENDED } from "../../pipeline/policy/recommended.ts";
import type { Recording } from "../../pipeline/sabotage/recording.ts";
import { sealed } from "../../pipeline/sabotage/seal.ts";
import type { KindId } from "../../schemas/common.ts";
import { NOTHING_KNOWN } from "../../schemas/known.ts";
import { licenseCase, sbomCase } from "../failures/replayed.ts";
import type { PlannedCase } from "../support/recorded-case.ts";
import { type Recording as Recorded, recordedCase } from "../support/replay.ts";

/** A recorded run of one kind out of `fixtures/kinds/`, as the command would have recorded it. */
export function recordingOf(kind: KindId, name: string): Recording {
  const { planned, recording } = caseOf(kind, name);
  const { plan, inventory, lockfiles, broken, root } = planned;
  return {
    name: `${kind}/${name}`,
    root,
    input: {
      plan,
      inventory,
      lockfiles,
      broken,
      policy: RECOMMENDED,
      waivers: null,
      known: NOTHING_KNOWN,
      evidence: new Map(),
      tools: TOOLS,
      isolation: { kind: "none", egress: "not proved" },
    },
    steps: [{ job: planned.job, scanRoot: "/scan", left: leftOf(recording) }],
    pins: PINS,
    register: null,
    advisories: planned.advisories,
  };
}

function caseOf(kind: KindId, name: string): { planned: PlannedCase; recording: Recorded } {
  if (kind === "sbom_generate") return sbomCase(name);
  if (kind === "license_scan") return licenseCase(name);
  return recordedCase(kind, name);
}

function leftOf({ exit, stderr, outputs }: Recorded): Record<string, string> {
  const files = Object.entries(outputs).map(([name, text]) => [`out/${name}`, text]);
  return sealed({ "exit.json": JSON.stringify(exit), stdout: "", stderr, ...Object.fromEntries(files) });
}
