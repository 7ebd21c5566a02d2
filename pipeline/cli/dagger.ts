import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { GateError } from "../../schemas/error.ts";
import { ImageLock } from "../../schemas/images.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import { readJson, readValue } from "../../schemas/read.ts";
import { createDaggerEngine } from "../execute/dagger/engine.ts";
import { connectSdk, givenSession, openSession } from "../execute/dagger/session.ts";
import type { Engine } from "../execute/engine.ts";
import { trustedPath } from "../execute/search-path.ts";
import images from "../pins/images.json" with { type: "json" };
import type { EngineRequest } from "./engine.ts";
import type { World } from "./world.ts";

/** How long an engine may take to answer before the host does the work. */
const ANSWER_MS = 10_000;
/** When Dagger was asked for it may also start its engine. */
const START_MS = 5 * 60_000;

export interface DaggerProbe {
  readonly engine: Engine | null;
  readonly reason: string;
}

/** Connects to a Dagger engine when a session or the `dagger` command is there and answers in time; else says why not. */
export async function probeDagger(request: EngineRequest, world: World): Promise<DaggerProbe> {
  const { signal } = world;
  const searchPath = trustedPath(world.env["PATH"], request.root);
  const env: World["env"] = { ...world.env, PATH: searchPath };
  const given = env["DAGGER_SESSION_PORT"] !== undefined;
  const command = env["_EXPERIMENTAL_DAGGER_CLI_BIN"] ?? commandOnPath("dagger", searchPath);
  if (!given && command === undefined) return { engine: null, reason: "no dagger on this machine" };
  const { inventory } = request.planning;
  const odd = oddName(inventory);
  if (odd !== undefined) return { engine: null, reason: `${odd}: a name that is no UTF-8, which Dagger can't carry` };
  const lock = readImages(request.images, world);
  const limitMs = request.engine === "dagger" ? START_MS : ANSWER_MS;
  const session =
    given || command === undefined
      ? await givenSession({ env, limitMs, signal })
      : await openSession({ command, env, limitMs, signal });
  if (typeof session === "string") return { engine: null, reason: session };
  const connected = await connectSdk(session);
  const engine = createDaggerEngine({
    ...connected,
    source: request.root,
    unsent: unsentOf(inventory),
    advisories: request.advisories,
    history: request.history,
    images: lock,
    bundle: bundlePath(),
    runDir: request.runDir,
    began: world.now().toISOString(),
  });
  return { engine, reason: given ? "a session is open" : "the dagger command answered" };
}

/** The image lock that is named, else the built-in one. @throws GateError PIN_MISMATCH */
export function readImages(path: string | undefined, world: World): ImageLock {
  if (path === undefined) return readValue(ImageLock, images, "pins/images.json", "PIN_MISMATCH");
  try {
    return readJson(ImageLock, readFileSync(resolve(world.cwd, path), "utf8"), path, "PIN_MISMATCH");
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    throw new GateError("PIN_MISMATCH", `${path}: can't be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

function commandOnPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** On the way to the engine such a name becomes another one, and two of them may become the same. */
function oddName({ files, leftOut }: Inventory): string | undefined {
  return [...files, ...leftOut].find(({ pathBytes }) => pathBytes !== undefined)?.path;
}

/** What no step sees, and what this user may not read: the upload would fail at it. */
function unsentOf({ leftOut }: Inventory): string[] {
  const reasons = new Set(["version-control", "policy", "output", "unreadable", "too-deep", "too-large"]);
  return leftOut.filter(({ reason }) => reasons.has(reason)).map(({ path }) => path);
}

/** The bundle: this very file when it is the bundle, else the committed one. */
function bundlePath(): string {
  const self = fileURLToPath(import.meta.url);
  return self.endsWith(".mjs") ? self : fileURLToPath(new URL("../dist/gate.mjs", import.meta.url));
}
