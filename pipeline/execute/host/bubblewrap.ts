/** Part of the host's own root that programs need: `to` absent means bound as it is, present means a symlink to that. */
export interface RootEntry {
  readonly path: string;
  readonly link?: string;
}

export interface Bind {
  readonly from: string;
  readonly to: string;
  readonly writable?: boolean;
}

/** Something inside that is covered: a folder by an empty one, a file by the empty file `emptyFile`. */
export interface Cover {
  readonly path: Buffer;
  readonly folder: boolean;
}

export interface SandboxLayout {
  readonly root: readonly RootEntry[];
  readonly binds: readonly Bind[];
  readonly covers: readonly Cover[];
  readonly emptyFile: string;
  readonly cwd: string;
  /** Size of the private /tmp; null where bubblewrap is older than 0.7 and can't set it. */
  readonly tmpBytes: number | null;
}

/**
 * Arguments of bubblewrap for a step: the host's programs and libraries read-only, the given binds, a private /tmp, /proc and
 * /dev, and nothing else of the host: no /etc but the loader's cache, no home, no network, no other process, no capability.
 *
 * There is no `--new-session`: the step runner starts bubblewrap in a session of its own, so there is no terminal whose input
 * could be forged (TIOCSTI), and another session inside would take the tool out of the process group that is signalled.
 * A TERM ends bubblewrap at once, and with it (`--die-with-parent`, pid namespace) everything inside: no grace, no rest.
 */
export function bubblewrapArguments(layout: SandboxLayout): (string | Buffer)[] {
  return [
    ["--unshare-all", "--die-with-parent", "--cap-drop", "ALL"],
    ...layout.root.map(({ path, link }) =>
      link === undefined ? ["--ro-bind", path, path] : ["--symlink", link, path],
    ),
    ["--proc", "/proc", "--dev", "/dev"],
    [...(layout.tmpBytes === null ? [] : ["--size", String(layout.tmpBytes)]), "--tmpfs", "/tmp"],
    ...layout.binds.map(({ from, to, writable }) => [writable ? "--bind" : "--ro-bind", from, to]),
    // /dev/null would not do: a bind has no devices, so that opening it is refused and a tool reports an error.
    ...outermost(layout.covers).map(({ path, folder }) =>
      folder ? ["--tmpfs", path] : ["--ro-bind", layout.emptyFile, path],
    ),
    ["--remount-ro", "/", "--chdir", layout.cwd],
  ].flat();
}

/** The same as bytes for `--args FD`: names in a tree may be no UTF-8, which Node can't put into an argument. */
export function argumentBytes(args: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(args.flatMap((arg) => [typeof arg === "string" ? Buffer.from(arg) : arg, Buffer.of(0)]));
}

/**
 * Covers that bubblewrap can take. It reads the list of mounts again for each bind (1000 binds: 1.7 s, 2500: 12 s) and accepts
 * 9000 arguments in all; beyond that the tree has to be copied.
 */
export function coversFit(covers: readonly Cover[]): boolean {
  return covers.length <= 2000 && covers.filter(({ folder }) => !folder).length <= 100;
}

function outermost(covers: readonly Cover[]): readonly Cover[] {
  const folders = new Set(covers.filter(({ folder }) => folder).map(({ path }) => path.toString("latin1")));
  const covered = (path: string): boolean => {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (folders.has(path.slice(0, end))) return true;
    }
    return false;
  };
  return covers.filter(({ path }) => !covered(path.toString("latin1")));
}
