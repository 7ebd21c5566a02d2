import { EngineResult } from "../../../schemas/protocol/engine-result.ts";
import { MAX_ENVELOPE_BYTES } from "../../../schemas/protocol/planned-operation.ts";
import type { Step } from "../../../schemas/step.ts";
import { formFault, readable } from "./form.ts";
import { type Denial, denial, type Gate, type PreInput } from "./gate.ts";
import { isSafeArgument, isSafePath, isSafePlace } from "./safe-path.ts";

/** G-INTEGRITY (C-06): inputs are what the plan has under that digest, no path leads out, the step is the one that was planned, and what comes out is what was stored. */
export const integrityGate: Gate = {
  id: "G-INTEGRITY",
  pre(input) {
    const fault = formFault(input.operation, "G-INTEGRITY");
    const form = fault === null ? [] : [denial("GATE_INTEGRITY_INPUT", "an input is no handle of content", fault)];
    return [...size(input), ...form, ...inputs(input), ...sameStep(input), ...paths(input)];
  },
  post({ operation, result, measured }) {
    const read = EngineResult.safeParse(result);
    if (!read.success) return [];
    const { status, outputs, evidence } = read.data;
    const faults = [...outputs, ...evidence].flatMap(({ content_hash: hash, size_bytes: told }) => {
      const found = measured.files.get(hash);
      if (found === undefined) return [`${hash}: nothing of that digest was stored`];
      return found === told ? [] : [`${hash}: ${found} bytes were stored, ${told} are told`];
    });
    const denials = faults.map((each) => denial("GATE_INTEGRITY_OUTPUT", "an output is not what was stored", each));
    if (status === "denied" || measured.stepKey === operation.params["step_key"]) return denials;
    if (measured.stepKey === null && status !== "succeeded") return denials;
    return [
      ...denials,
      denial("GATE_INTEGRITY_OTHER_STEP", "the evidence is of another step", String(measured.stepKey)),
    ];
  },
};

/** B-05, K-27: over all of it, not over params alone (J-70). */
function size({ operation }: PreInput): Denial[] {
  const bytes = Buffer.byteLength(JSON.stringify(operation) ?? "");
  if (bytes <= MAX_ENVELOPE_BYTES) return [];
  return [
    denial(
      "GATE_INTEGRITY_TOO_LARGE",
      "more than 32 KB belongs into an input artifact",
      `found ${bytes} bytes, expected ${MAX_ENVELOPE_BYTES} or less`,
    ),
  ];
}

function inputs({ operation, reads }: PreInput): Denial[] {
  return (readable(operation).inputs ?? []).flatMap(({ content_hash: hash, size_bytes: size }) => {
    const known = reads.filter(({ content_hash: other }) => other === hash);
    if (known.some(({ size_bytes: other }) => other === size)) return [];
    const found =
      known.length === 0 ? "nothing of that digest" : known.map((each) => `${each.size_bytes} bytes`).join(", ");
    return [
      denial(
        "GATE_INTEGRITY_HASH",
        "an input is not what the plan has",
        `${hash}: found ${found}, expected ${size} bytes`,
      ),
    ];
  });
}

function sameStep({ operation, stepKey }: PreInput): Denial[] {
  const { params } = readable(operation);
  if (params === undefined || params["step_key"] === stepKey) return [];
  return [denial("GATE_INTEGRITY_OTHER_STEP", "the operation is not about the step that would run", stepKey)];
}

function paths({ step, sha256Of }: PreInput): Denial[] {
  if (step === null) return [];
  const bad = (what: string, path: string) => denial("GATE_INTEGRITY_PATH", `${what} leads out of its folder`, path);
  const { copies, files, extracts, tree } = step.staging;
  const inside: [string, string][] = [
    ...step.outputs.map((path): [string, string] => ["an output", path]),
    ...copies.map(({ to }): [string, string] => ["a staged copy", to]),
    ...[...Object.keys(files), ...Object.keys(extracts)].map((path): [string, string] => ["a staged file", path]),
    ...Object.values(extracts).map(({ program }): [string, string] => ["a program", program]),
    ...(tree?.hide ?? []).map(({ path }): [string, string] => ["a hidden path", path]),
  ];
  return [
    ...inside.filter(([, path]) => !isSafePath(path)).map(([what, path]) => bad(what, path)),
    ...programs(step),
    ...copies.flatMap(({ source, sha256 }) =>
      sha256Of(source) === sha256
        ? []
        : [denial("GATE_INTEGRITY_PATH", "a staged copy is of no regular file that the plan has", source.path)],
    ),
  ];
}

/** What is started lies in the tool's own folder, and nothing that it is told leads out of what it is given. */
function programs({ argv, cwd, version }: Step): Denial[] {
  const bad = (what: string, path: string) => denial("GATE_INTEGRITY_PATH", `${what} leads out of its folder`, path);
  const started = [argv[0] ?? "", version.argv[0] ?? ""];
  return [
    ...started
      .filter((path) => !path.startsWith("{tool}/") || !isSafePlace(path))
      .map((path) => bad("the program", path)),
    ...(isSafePlace(cwd) ? [] : [bad("the working folder", cwd)]),
    ...argv
      .slice(1)
      .filter((each) => !isSafeArgument(each))
      .map((each) => bad("an argument", each)),
  ];
}
