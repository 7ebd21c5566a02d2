/** What happens to a tool, for a person who waits. */
export interface ToolEvent {
  readonly tool: string;
  readonly phase: string;
  readonly detail?: string;
}

/** The world of an installation. */
export interface ToolContext {
  /** This user's cache; tools lie in `tools/` below it. */
  readonly cacheRoot: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.platform`-`process.arch`. */
  readonly platform: string;
  readonly now: () => Date;
  /** Ends downloads and builds; nothing is left of them. */
  readonly signal: AbortSignal;
  readonly log: (event: ToolEvent) => void;
}

/** A tool whose bytes are what its pin led to. */
export interface InstalledTool {
  readonly name: string;
  readonly version: string;
  /** What `{tool}` stands for. */
  readonly dir: string;
  readonly executable: string;
  /** Absolute paths that it needs beside its folder, each at its own place. */
  readonly sameBinds: readonly string[];
  readonly route: "release" | "go" | "pip";
  /** Over digest, mode, size and path of all its files. */
  readonly digest: string;
}

/** One route to a tool is closed; another may be open. */
export class RouteFault extends Error {
  override readonly name = "RouteFault";
}
