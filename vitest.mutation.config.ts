import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** What mutation testing runs: everything that needs no installed tool, no built bundle and no network. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/{decide,kinds,plan,findings,report,execute,failures,properties,sabotage}/**/*.test.ts"],
  },
});
