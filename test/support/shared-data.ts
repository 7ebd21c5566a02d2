import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's own folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Third-party test data beside the project; tests that need it say in their title that they are skipped without it. */
export const SHARED_DATA = resolve(ROOT, "../shared/data");
export const hasSharedData = existsSync(SHARED_DATA);
