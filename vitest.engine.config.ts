import { defineConfig } from "vitest/config";

/** `npm run test:engine`: end to end against a live Dagger engine; verbose, so that a skipped test says why. */
export default defineConfig({
  test: {
    include: ["test/engine/**/*.test.ts"],
    env: { TZ: "Pacific/Chatham", LC_ALL: "sk_SK.UTF-8", LANG: "sk_SK.UTF-8" },
    reporters: ["verbose"],
    // The first run of a cold engine pulls images and loads the TypeScript runtime.
    testTimeout: 20 * 60_000,
    hookTimeout: 20 * 60_000,
    fileParallelism: false,
  },
});
