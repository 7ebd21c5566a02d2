import { GateError } from "../../../schemas/error.ts";
import type { ImageLock } from "../../../schemas/images.ts";
import type { Step, StepInvocation } from "../../../schemas/step.ts";
import { invocationOf } from "../host/layout.ts";
import { hasHistory } from "../host/staging.ts";

/** What a step's placeholders stand for inside its build; everything below `/out` is what it leaves. */
export const PLACES = { scan: "/scan", out: "/out/out", tool: "/tool", tmp: "/tmp" } as const;

/**
 * A step as a Dockerfile: the pinned Node base, the pinned tool, and one `RUN --network=none` of our own step runner with the input bound
 * read-only. Pure: equal step and lock, equal text.
 *
 * There is no `# syntax=` line on purpose: no frontend image is pulled. `AGAIN` is given to run a step again that the cache would answer.
 * @throws GateError PIN_MISMATCH when the lock has no image for the tool
 */
export function dockerfileOf(step: Step, { images }: ImageLock): string {
  const own = [bind("gate.mjs", "/gate/gate.mjs"), bind("step.json", "/gate/step.json")];
  const input = [bind("staged", `${PLACES.scan}/staged`)];
  if (step.staging.tree !== undefined) input.push(bind("tree", `${PLACES.scan}/tree`));
  if (hasHistory(step)) input.push(bind("history", `${PLACES.scan}/history`));
  if (step.staging.advisories) input.push(bind("advisories", `${PLACES.scan}/advisories`));
  const extracting = Object.keys(step.staging.extracts).length > 0;
  return [
    ...baseOf(step.tool, images),
    `COPY config ${PLACES.scan}/config`,
    // Makes the folder, and needs no program of the image to do it.
    `WORKDIR ${PLACES.out}`,
    ...(extracting ? [run(own, "extract", "/gate/step.json", `${PLACES.scan}/config`)] : []),
    "ARG AGAIN",
    run([...own, ...input], "step", "/gate/step.json"),
    "",
  ].join("\n");
}

/** What the step runner in the build reads: the step with its places filled in. */
export function sealedInvocationOf(step: Step): StepInvocation {
  return { ...invocationOf(step, PLACES, "/out"), extracts: step.staging.extracts };
}

function bind(source: string, target: string): string {
  return `--mount=type=bind,source=${source},target=${target}`;
}

function run(mounts: readonly string[], ...args: readonly string[]): string {
  return `RUN --network=none ${mounts.join(" ")} ${JSON.stringify(["node", "/gate/gate.mjs", ...args])}`;
}

function baseOf(tool: string, images: ImageLock["images"]): string[] {
  const node = images.node.reference;
  if (tool === "scancode") return scancodeBase(node, images);
  const image = tool === "gitleaks" || tool === "osv-scanner" || tool === "syft" ? images[tool] : undefined;
  if (image === undefined) throw missing(tool);
  return [`FROM ${node}`, `COPY --from=${image.reference} ${image.path} ${PLACES.tool}/${tool}`];
}

/** The one tool that needs an interpreter of its own: an image that holds it, or the Python base and its hashed requirements. */
function scancodeBase(node: string, { scancode, python }: ImageLock["images"]): string[] {
  const copyNode = `COPY --from=${node} /usr/local/bin/node /usr/local/bin/node`;
  if (scancode !== undefined) {
    const link = [`RUN --network=none ["ln", "-s", ${JSON.stringify(scancode.path)}, "${PLACES.tool}"]`];
    return [`FROM ${scancode.reference}`, copyNode, ...(scancode.path === PLACES.tool ? [] : link)];
  }
  if (python === undefined) throw missing("scancode (or python)");
  const pip = [`${PLACES.tool}/bin/pip`, "install", "--no-cache-dir", "--disable-pip-version-check", "--no-deps"];
  return [
    `FROM ${python.reference}`,
    "COPY requirements.txt /tmp/requirements.txt",
    `RUN --network=none ${JSON.stringify(["python3", "-m", "venv", PLACES.tool])}`,
    // The only line with a network: what it brings is checked against the hashes, and nothing of the tree is there yet.
    `RUN ${JSON.stringify([...pip, "--only-binary=:all:", "--require-hashes", "-r", "/tmp/requirements.txt"])}`,
    copyNode,
  ];
}

function missing(tool: string): GateError {
  return new GateError("PIN_MISMATCH", `image lock: no image for ${tool}`, {
    next: "add it to the image lock, by digest",
  });
}
