/**
 * A larger file is neither read nor shown to a tool. One core takes for this many bytes of text some 100 s in gitleaks, which sees them in
 * windows too, and 60 s in scancode; a sparse file of any size costs its author nothing.
 */
export const MAX_FILE_BYTES = 512 * 1024 ** 2;

/** Folders below the root, one in the other, that are walked: scancode's own walk breaks down at some 950. */
export const MAX_LEVELS = 256;

/** Bytes of the path of a folder that is walked: with a name in it and a root before it, it stays below the system's 4,096. */
export const MAX_FOLDER_BYTES = 2816;

/** A larger lockfile is refused: the largest real ones have a tenth of it, and a reader needs many times its size. */
export const MAX_LOCKFILE_BYTES = 64 * 1024 ** 2;
