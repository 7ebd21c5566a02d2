import { z } from "zod";

/** Line and column (in bytes) of a byte of a text, both from one. */
export const Place = z.tuple([z.int().positive(), z.int().positive()]).readonly();
export type Place = z.infer<typeof Place>;

/**
 * Where a long text is cut, as a scanner is given it: enough to say where in the text something is that was found in a part of it.
 *
 * `size` in bytes; `end`: past its last byte; `chunks`: where each chunk of gitleaks' begins but the first; `windows`: parts that overlap, each
 * from `from` on. A window's own are the matches that begin at `owns` or later, but not where the next one's begin; before `upTo` it is sure to
 * show them whole.
 */
export const Landmarks = z.strictObject({
  size: z.int().positive(),
  end: Place,
  chunks: z.array(Place),
  windows: z.array(z.strictObject({ from: Place, owns: Place, upTo: Place })).min(1),
});
export type Landmarks = z.infer<typeof Landmarks>;
