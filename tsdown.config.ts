import { defineConfig } from "tsdown";

/** The whole command line as one committed file that runs on bare Node; only the Dagger SDK stays outside (loaded when asked for). */
export default defineConfig({
  entry: { gate: "pipeline/cli/main.ts" },
  outDir: "pipeline/dist",
  format: "esm",
  target: "node20.19",
  platform: "node",
  deps: { neverBundle: ["@dagger.io/dagger", "xmlbuilder2"], alwaysBundle: [/^(?!@dagger\.io|xmlbuilder2).*/] },
  loader: { ".py": "text", ".toml": "text", ".txt": "text" },
  outExtensions: () => ({ js: ".mjs" }),
  dts: false,
  clean: true,
  minify: false,
  sourcemap: false,
});
