import { z } from "zod";

const Reference = z
  .string()
  .regex(
    /^[^\s@]+:[^\s@/]+@sha256:[0-9a-f]{64}$|^[^\s@]+@sha256:[0-9a-f]{64}$/,
    "expected name:tag@sha256:<64 hex digits>",
  );

const Image = z.strictObject({
  reference: Reference,
  /** Where the tool lies in the image: the executable's path, or for scancode the virtual environment's folder. */
  path: z.string().startsWith("/").optional(),
  /** Whether somebody of ours asked a registry for this digest. */
  verified: z.boolean(),
});

/**
 * Image lock: every image by digest. `node` runs our own code, `python` is the base in which scancode is installed from its hashed
 * requirements; an image named `scancode` replaces that (air gap).
 */
export const ImageLock = z.strictObject({
  schemaVersion: z.literal("supply-gate/images-1"),
  images: z.strictObject({
    node: Image,
    python: Image.optional(),
    gitleaks: Image.required({ path: true }),
    "osv-scanner": Image.required({ path: true }),
    syft: Image.required({ path: true }),
    scancode: Image.required({ path: true }).optional(),
  }),
});
export type ImageLock = z.infer<typeof ImageLock>;
