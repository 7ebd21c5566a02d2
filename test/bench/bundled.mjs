import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "tsdown";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A source file of the repository as the module that a bench measures, bundled below `work`. */
export async function bundled(path, work) {
  const outDir = join(work, "bundle");
  await build({
    entry: { writer: join(ROOT, path) },
    outDir,
    format: "esm",
    platform: "node",
    dts: false,
    noExternal: [/.*/],
    config: false,
    logLevel: "silent",
  });
  const name = readdirSync(outDir).find((file) => file.startsWith("writer."));
  return await import(pathToFileURL(join(outDir, name)).href);
}
