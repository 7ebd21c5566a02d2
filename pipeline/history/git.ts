import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { visible } from "../findings/visible.ts";
import { Incomplete } from "./incomplete.ts";

/** Runs git's plumbing over a repository of ours. */
export interface Git {
  /**
   * Standard output of one command, piece by piece; `input` is what it reads.
   * @throws Incomplete when it can't be started, says anything on standard error, or ends with another status than 0
   */
  stream(args: readonly string[], input?: Iterable<string>): AsyncGenerator<Buffer>;
  /** Folder of our repository's own objects. */
  readonly objects: string;
}

export interface GitOptions {
  /** Absolute path of the git program. */
  readonly program: string;
  /** A private folder of this run. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/**
 * Makes a bare repository of our own in `scratch`, whose objects are the source's besides its own. Of the source nothing else is obeyed:
 * no configuration, hook, attribute, replacement, graft or commit graph.
 */
export function openGit({ program, scratch, signal }: GitOptions, sourceObjects: string | null): Git {
  const folder = join(scratch, "repository");
  const objects = join(folder, "objects");
  for (const name of ["refs", "objects/info"]) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "HEAD"), "ref: refs/heads/none\n");
  writeFileSync(join(folder, "config"), CONFIG);
  if (sourceObjects !== null) {
    // A link of ours, so that no odd name of the source's folder has to be written into the list.
    symlinkSync(sourceObjects, join(scratch, "source-objects"));
    writeFileSync(join(objects, "info/alternates"), `${join(scratch, "source-objects")}\n`);
  }
  const places = sourceObjects === null ? [scratch] : [sourceObjects, scratch];
  const env = { ...ENVIRONMENT, GIT_DIR: folder, HOME: scratch, TMPDIR: scratch };
  return {
    objects,
    async *stream(args, input = []) {
      throwIfEnded(signal);
      const child = spawn(program, [...args], { cwd: scratch, env, stdio: "pipe" });
      const kill = () => child.kill("SIGKILL");
      signal.addEventListener("abort", kill, { once: true });
      try {
        yield* output(child, args[0] ?? "", places, input);
        throwIfEnded(signal);
      } finally {
        signal.removeEventListener("abort", kill);
        kill();
      }
    },
  };
}

/** A commit graph or a multi-pack index could lie about parents and objects; they only serve speed. */
const CONFIG = `[core]
\trepositoryformatversion = 0
\tbare = true
\tcommitGraph = false
\tmultiPackIndex = false
\thooksPath = /dev/null
\tfsmonitor = false
[gc]
\tauto = 0
[protocol]
\tallow = never
`;

/** The plumbing that is used is part of git's one program, so that it needs no PATH. */
const ENVIRONMENT = {
  PATH: "/nonexistent",
  LC_ALL: "C",
  TZ: "UTC",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_OPTIONAL_LOCKS: "0",
};

/** An interrupted run ends where the interruption is known; here it is only not complete. */
function throwIfEnded(signal: AbortSignal): void {
  if (signal.aborted) throw new Incomplete("it took too long, or was interrupted", "scan a smaller repository");
}

async function* output(
  child: ChildProcess,
  command: string,
  places: readonly string[],
  input: Iterable<string>,
): AsyncGenerator<Buffer> {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("no pipes");
  const said: Buffer[] = [];
  stderr.on("data", (chunk: Buffer) => {
    if (said.length < 64) said.push(chunk);
  });
  const ended = new Promise<string | null>((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => resolve(`could not be started (${error.code})`));
    child.on("close", (status, by) => resolve(status === 0 ? null : `ended with ${status ?? by}`));
  });
  // A command that ends early closes its input: what it says about that comes by status and standard error.
  const fed = pipeline(input, stdin).catch((error: NodeJS.ErrnoException) => error);
  for await (const chunk of stdout) yield chunk as Buffer;
  const failure = await ended;
  await fed;
  // The same text on every machine.
  const text = places.reduce((rest, place) => rest.replaceAll(place, ""), Buffer.concat(said).toString("utf8"));
  const words = text.trim().split("\n")[0] ?? "";
  if (failure === null && words === "") return;
  const why = [failure, words === "" ? null : `said: ${visible(words).slice(0, 200)}`].filter((part) => part !== null);
  throw new Incomplete(`git ${command} ${why.join(", ")}`, "see git fsck, or scan a fresh full clone");
}
