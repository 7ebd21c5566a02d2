import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const TEXT_FILE = /\.(py|txt)$/;

/** Hostile surroundings on purpose: a result that depends on locale or time zone shows here. */
export default defineConfig({
  plugins: [
    {
      // The bundle embeds these as text (tsdown.config.ts, `loader`); so do the tests.
      name: "text-file",
      enforce: "pre",
      load: (id) => (TEXT_FILE.test(id) ? `export default ${JSON.stringify(readFileSync(id, "utf8"))};` : undefined),
    },
  ],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/engine/**", "node_modules/**"],
    env: { TZ: "Pacific/Chatham", LC_ALL: "sk_SK.UTF-8", LANG: "sk_SK.UTF-8" },
    globalSetup: ["test/support/temporary.ts"],
    testTimeout: 120_000,
    maxWorkers: 2,
  },
});
