/**
 * A step as a sealed build: its Dockerfile (written by `gate.mjs`, or by the command line) with the tree, the advisories and our own
 * program beside it. Imports nothing but types: the engine's bundle of the SDK is smaller than the npm package.
 */
import type { Client, Container, Directory, File } from "@dagger.io/dagger";

/** What `gate.mjs plan --to` says of each step (`steps.json`). */
export interface SealedStep {
  readonly id: string;
  /** Folders and files that the step must not see, relative to the tree's root; null: it sees no tree at all. */
  readonly hide: readonly string[] | null;
  readonly advisories: boolean;
}

export interface StepInputs {
  readonly source: Directory;
  readonly gate: File;
  readonly advisories?: Directory | undefined;
  /** When the run began, RFC 3339. */
  readonly began: string;
}

/**
 * Builds one step and gives what it left: `stdout`, `stderr`, `exit.json`, `out/`. `context` holds Dockerfile, step.json, staged, config.
 *
 * However a tool ends is a successful build, and is cached as one. An end by a limit or a signal may come from a busy hour: when it
 * comes out of the cache, the step is run again.
 */
export async function runSealed(step: SealedStep, context: Directory, inputs: StepInputs): Promise<Directory> {
  const sealed = sealedContext(step, context, inputs);
  const ended = await sealed.dockerBuild().directory("/out").sync();
  const exit = JSON.parse(await ended.file("exit.json").contents());
  const ownEnd = exit.killedBy === null && exit.signal === null && exit.spawnError === null;
  if (ownEnd || exit.started >= inputs.began) return ended;
  const again = sealed.dockerBuild({ buildArgs: [{ name: "AGAIN", value: inputs.began }] });
  return await again.directory("/out").sync();
}

/** Tries to leave a step's surroundings: `blocked` when no connection could be made and there is no interface but the loopback. */
export function egressProbe(client: Client, node: string): File {
  const dockerfile = `FROM ${node}\nCOPY probe.cjs /probe.cjs\nRUN --network=none ["node", "/probe.cjs"]\n`;
  const context = client.directory().withNewFile("Dockerfile", dockerfile).withNewFile("probe.cjs", PROBE);
  return context.dockerBuild().file("/egress");
}

/** TEST-NET-1 (RFC 5737): nobody is there, so only the local refusal "Network is unreachable" proves that there is no way out. */
const PROBE = `
const { readFileSync, writeFileSync } = require("node:fs");
const interfaces = readFileSync("/proc/net/dev", "utf8").split("\\n").slice(2).map((line) => line.split(":")[0].trim());
const alone = interfaces.filter((name) => name !== "").join() === "lo";
const end = (error) => { writeFileSync("/egress", alone && error === "ENETUNREACH" ? "blocked" : "open"); process.exit(0); };
const socket = require("node:net").connect({ host: "192.0.2.1", port: 9, timeout: 3000 });
socket.on("error", (error) => end(error.code)).on("connect", () => end("connected")).on("timeout", () => end("timeout"));
`;

function sealedContext(step: SealedStep, context: Directory, { gate, source, advisories }: StepInputs): Directory {
  let sealed = context.withFile("gate.mjs", gate);
  if (step.hide !== null) sealed = sealed.withDirectory("tree", source, { exclude: step.hide.map(literalPattern) });
  if (step.advisories && advisories !== undefined) sealed = sealed.withDirectory("advisories", advisories);
  return sealed;
}

/** A pattern of the engine that matches this very path: wildcards escaped, a blank at either end kept from being trimmed. */
export function literalPattern(path: string): string {
  return path
    .replace(/[*?[\]\\]/g, "\\$&")
    .replace(/^!/, "\\!")
    .replace(/^\s|\s$/g, "[$&]");
}

/** The lock that pins an advisory snapshot, as the program in a container writes it. */
export function advisoriesLock(gate: Container, empty: Directory, advisories: Directory): File {
  const args = ["advisories", "bump", "/src", "--from", "/advisories", "--lock", "/lock/advisories.lock.json"];
  return gate
    .withMountedDirectory("/advisories", advisories)
    .withDirectory("/lock", empty)
    .withExec(["node", "/gate/gate.mjs", ...args, "--lock-only", "--write"])
    .file("/lock/advisories.lock.json");
}

/** What a gate is asked. */
export interface Request {
  source: Directory;
  mode: string;
  policy?: File | undefined;
  waivers?: File | undefined;
  advisories?: Directory | undefined;
  asOf?: string | undefined;
  licenses?: Directory | undefined;
  images?: File | undefined;
  only?: string | undefined;
}

/** Plans in a container, into its folder `/plan`. */
export async function planning(base: Container, request: Request, lock: string): Promise<Container> {
  const { source, policy, waivers, mode, asOf, only, licenses } = request;
  let container = base.withNewFile("/in/images.json", lock).withMountedDirectory("/src", source);
  const args = ["plan", "/src", "--out", "/src/out", "--to", "/plan", "--images", "/in/images.json", "--mode", mode];
  if (policy !== undefined) {
    const name = await policy.name();
    // As who stands in the source's root would name it: the name is part of the documents.
    container = container.withMountedDirectory("/policy", source.withFile(name, policy)).withWorkdir("/policy");
    args.push("--policy", name);
  }
  if (waivers !== undefined) {
    container = container.withFile("/in/waivers.yaml", waivers);
    args.push("--waivers", "/in/waivers.yaml");
  }
  if (licenses !== undefined) {
    container = container.withMountedDirectory("/licenses", licenses);
    args.push("--licenses", "/licenses");
  }
  if (asOf !== undefined) args.push("--as-of", asOf);
  if (only !== undefined) args.push("--only", only);
  return withAdvisories(container, request, args);
}

/** Runs our own program, beside the snapshot where there is one: what a scanner says of an advisory is held against it. */
export function withAdvisories(container: Container, { advisories }: Request, args: readonly string[]): Container {
  const command = ["node", "/gate/gate.mjs", ...args];
  if (advisories === undefined) return container.withExec(command);
  return container
    .withMountedDirectory("/advisories", advisories)
    .withExec([...command, "--advisories", "/advisories"]);
}
