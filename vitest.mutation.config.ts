import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** What mutation testing runs (ci/mutation.sh): the tests that are about the part, in one process unless they start processes of their own. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    isolate: process.env["MUTATION_ISOLATE"] === "true",
    include: [process.env["MUTATION_TESTS"] ?? "test/{decide,kinds,plan,findings,report,execute}/**/*.test.ts"],
  },
});
