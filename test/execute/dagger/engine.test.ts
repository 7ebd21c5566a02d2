import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDaggerEngine } from "../../../pipeline/execute/dagger/engine.ts";
import { connectSdk } from "../../../pipeline/execute/dagger/session.ts";
import type { Engine } from "../../../pipeline/execute/engine.ts";
import type { ExitRecord, Step } from "../../../schemas/step.ts";
import { hasSharedData } from "../../support/shared-data.ts";
import { type Call, type FakeSession, startFakeSession } from "./fake-session.ts";
import { IMAGES, plannedTree } from "./planned.ts";

const BEGAN = "2026-01-01T12:00:00.000Z";
const EXIT: ExitRecord = {
  status: 0,
  signal: null,
  spawnError: null,
  timedOut: false,
  killedBy: null,
  started: "2026-01-01T10:00:00.000Z",
  ended: "2026-01-01T10:00:01.000Z",
  wallMs: 1000,
  cpuMs: 900,
  maxRssBytes: 1,
  stdoutBytesCut: 0,
  stderrBytesCut: 0,
  toolVersion: "1.0.0",
  probe: null,
};
const SILENT = { started: () => {}, ended: () => {} };
const NEVER = new AbortController().signal;

const named = (chain: readonly Call[], name: string) => chain.find((call) => call.name === name);

let fake: FakeSession;
let engine: Engine;
let answer: (chain: readonly Call[]) => unknown;
let steps: Step[];
let root: string;
let runDir: string;

/** What the engine's machine would do: every step leaves an exit record, every probe finds no way out. */
function usual(exit: (chain: readonly Call[]) => ExitRecord = () => EXIT) {
  return (chain: readonly Call[]): unknown => {
    const { name, args } = chain.at(-1) as Call;
    if (name === "contents")
      return named(chain, "file")?.args["path"] === "/egress" ? "blocked" : JSON.stringify(exit(chain));
    if (name !== "export") throw new Error(`nobody expected ${name}`);
    mkdirSync(String(args["path"]), { recursive: true });
    writeFileSync(join(String(args["path"]), "exit.json"), JSON.stringify(exit(chain)));
    return args["path"];
  };
}

describe.skipIf(!hasSharedData)(
  "the Dagger engine, against the schema of 0.21.8 (skipped without ../shared/data)",
  () => {
    beforeEach(async () => {
      answer = usual();
      fake = await startFakeSession((chain) => answer(chain));
      const planned = plannedTree();
      ({ steps, root } = planned);
      runDir = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
      const { client, disconnect } = await connectSdk({ ...fake, close: async () => {} });
      const bundle = join(root, "package.json");
      engine = createDaggerEngine({
        ...{ client, disconnect, images: IMAGES, bundle, runDir, source: root, began: BEGAN },
        unsent: [".git", "odd*name"],
        advisories: join(root, "src"),
      });
    });
    afterEach(async () => {
      await engine.close();
      await fake.close();
    });

    it("builds each step sealed, from the pinned images, and brings back what it left", async () => {
      const seen: string[] = [];
      const outcomes = await engine.execute(steps, NEVER, {
        started: (id) => seen.push(`started ${id}`),
        ended: (id, exit) => seen.push(`ended ${id} ${exit.status}`),
      });
      expect([...outcomes.keys()]).toEqual(steps.map(({ id }) => id));
      expect(seen.length).toBe(2 * steps.length);
      for (const { id } of steps) {
        const logDir = join(runDir, "steps", id);
        expect(outcomes.get(id)).toEqual({ id, logDir, outDir: join(logDir, "out"), exit: EXIT, scanRoot: "/scan" });
      }
      const exported = fake.chains.filter((chain) => chain.at(-1)?.name === "export");
      expect(exported.length).toBe(steps.length);
      for (const chain of exported) {
        const [host, context, ...rest] = chain;
        expect(host?.name).toBe("host");
        expect(rest.map(({ name }) => name).filter((name) => name !== "withDirectory")).toEqual([
          "withFile",
          "dockerBuild",
          "directory",
          "export",
        ]);
        const dockerfile = readFileSync(join(String(context?.args["path"]), "Dockerfile"), "utf8");
        for (const line of dockerfile.split("\n").filter((each) => /^FROM |--from=/.test(each)))
          expect(line).toMatch(/@sha256:[0-9a-f]{64}/);
        expect(dockerfile).toMatch(/\nRUN --network=none [^\n]*"step","\/gate\/step.json"\]\n$/);
      }
    });

    it("sends the tree once and without what no step sees, and hides from each step what its plan hides", async () => {
      await engine.execute(steps, NEVER, SILENT);
      const uploads = fake.chains.filter((chain) => chain.at(-1)?.name === "sync" && chain[1]?.args["path"] === root);
      expect(uploads.map((chain) => chain[1]?.args["exclude"])).toEqual([[".git", "odd\\*name"]]);
      const hidden = fake.chains
        .filter((chain) => chain.at(-1)?.name === "export")
        .flatMap((chain) => chain.filter(({ name, args }) => name === "withDirectory" && args["path"] === "tree"))
        .map(({ args }) => args["exclude"]);
      const planned = steps.flatMap(({ staging }) =>
        staging.tree === undefined ? [] : [staging.tree.hide.map(({ path }) => path)],
      );
      expect(hidden.map(String).sort()).toEqual(planned.map(String).sort());
      expect(planned.every((paths) => paths.includes(".git"))).toBe(true);
    });

    it("gives the advisories to the step that needs them, and to no other", async () => {
      await engine.execute(steps, NEVER, SILENT);
      const withAdvisories = fake.chains.filter(
        (chain) => chain.at(-1)?.name === "export" && chain.some(({ args }) => args["path"] === "advisories"),
      );
      expect(withAdvisories.map((chain) => String(chain[1]?.args["path"]).split("/").at(-1))).toEqual(["vuln_scan"]);
    });

    it.each([{ killedBy: "wall" as const }, { signal: "SIGSEGV" }, { spawnError: "EAGAIN" }])(
      "runs a step again when the cache answers with an end like %j",
      async (cut) => {
        const again = (chain: readonly Call[]) => named(chain, "dockerBuild")?.args["buildArgs"] !== undefined;
        answer = usual((chain) => (again(chain) ? EXIT : { ...EXIT, ...cut }));
        const [step] = steps;
        const outcomes = await engine.execute([step as Step], NEVER, SILENT);
        expect(outcomes.get((step as Step).id)?.exit).toEqual(EXIT);
        const builds = fake.chains.filter(again).map((chain) => named(chain, "dockerBuild")?.args["buildArgs"]);
        expect(builds[0]).toEqual([{ name: "AGAIN", value: BEGAN }]);
      },
    );

    it("takes such an end as it is when it came about in this very run", async () => {
      const cut: ExitRecord = { ...EXIT, killedBy: "wall", timedOut: true, started: "2026-01-01T12:00:00.001Z" };
      answer = usual(() => cut);
      const [step] = steps;
      const outcomes = await engine.execute([step as Step], NEVER, SILENT);
      expect(outcomes.get((step as Step).id)?.exit).toEqual(cut);
      expect(fake.chains.some((chain) => named(chain, "dockerBuild")?.args["buildArgs"] !== undefined)).toBe(false);
    });

    it("probes the way out in a sealed build of the pinned Node image", async () => {
      expect(await engine.egress()).toBe("blocked (proved)");
      const dockerfile = fake.chains[0]?.find(({ args }) => args["path"] === "Dockerfile")?.args["contents"];
      expect(dockerfile).toBe(
        `FROM ${IMAGES.images.node.reference}\nCOPY probe.cjs /probe.cjs\nRUN --network=none ["node", "/probe.cjs"]\n`,
      );
      answer = () => "open";
      expect(await engine.egress()).toBe("not proved");
    });

    it("says in one line what a failed build said last", async () => {
      answer = () => {
        throw new Error("process failed\n\nsupply-gate: PIN_MISMATCH: gitleaks: found no such text\n");
      };
      await expect(engine.execute(steps.slice(0, 1), NEVER, SILENT)).rejects.toThrow(
        expect.objectContaining({
          code: "ENGINE_UNAVAILABLE",
          message: `dagger: step ${steps[0]?.id}: supply-gate: PIN_MISMATCH: gitleaks: found no such text`,
        }),
      );
    });

    it("stops waiting when the run is stopped", async () => {
      const stop = new AbortController();
      answer = (chain) => {
        stop.abort(new Error("stopped"));
        return usual()(chain);
      };
      await expect(engine.execute(steps, stop.signal, SILENT)).rejects.toThrow("stopped");
    });
  },
);
