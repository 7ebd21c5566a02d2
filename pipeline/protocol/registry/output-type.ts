import type { ArtifactKind } from "../../../schemas/protocol/artifact-handle.ts";
import type { OutputType } from "../../../schemas/protocol/registry.ts";

/** Which output type of an engine an artifact is (K-18); null for what no engine of ours may give out. */
export function outputTypeOf(kind: ArtifactKind): OutputType | null {
  return TYPES[kind];
}

const TYPES: Readonly<Record<ArtifactKind, OutputType | null>> = {
  report: "artifact.dataset",
  dataset_slice: "artifact.dataset",
  tool_output: "artifact.tool_output",
  file: "artifact.file",
  transcript: null,
  prompt_payload: null,
};
