import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/shared-data.ts";

const INTROSPECTOR = "node_modules/@dagger.io/dagger/dist/src/module/entrypoint/introspection_entrypoint.js";

/** The introspector needs the types' names only. */
const CORE = `
export class Directory { id(): Promise<string> { throw 0 } }
export class File { contents(): Promise<string> { throw 0 } }
export class Container {}
export class Changeset {}
export class Client {}
export declare const dag: Client;
`;
const SDK = `
export * from "../../../client.gen";
export declare const argument: any, check: any, func: any, object: any;
`;

describe("the Dagger module", () => {
  it("has the recorded API, as the SDK's own introspector sees it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "supply-gate-api-"));
    cpSync(join(ROOT, "pipeline/src"), join(folder, "src"), { recursive: true });
    const sdk = join(folder, "node_modules/@dagger.io/dagger/index.d.ts");
    mkdirSync(dirname(sdk), { recursive: true });
    writeFileSync(sdk, SDK);
    writeFileSync(join(folder, "client.gen.ts"), CORE);
    const args = [join(ROOT, INTROSPECTOR), "supply-gate", "src", "client.gen.ts"];
    const api = execFileSync(process.execPath, args, { cwd: folder, env: { DRY_RUN: "1" }, encoding: "utf8" });
    await expect(api).toMatchFileSnapshot(join(ROOT, "fixtures/dagger/api.json"));
  });
});
