import type { KindId } from "../../../schemas/common.ts";
import type { Case } from "../case.ts";
import { type Bench, liveCase } from "./bench.ts";
import { planLive } from "./world.ts";

/** A stage from which something is gone when the real tool starts: a file of the tree, our configuration, a canary. */
export function stageCases(bench: Bench): Case[] {
  const { clean: root } = bench.world;
  const without = (kind: KindId, path: string) =>
    liveCase(kind, "stage", `without ${path}`, () => bench.faked({ kind, root }, { real: true, removes: [path] }));
  const own = (["secret_scan", "vuln_scan", "sbom_generate"] as const).flatMap((kind) => {
    const { files, extracts, copies } = planLive(bench.world, kind, root).job.step.staging;
    const paths = [
      ...Object.keys({ ...files, ...extracts }).map((name) => `config/${name}`),
      ...copies.map(({ to }) => `staged/${to}`),
    ];
    return paths.filter((path) => !HARMLESS.has(path)).map((path) => without(kind, path));
  });
  const tree = ["tree", "tree/src", "tree/src/main.ts", "tree/package-lock.json"];
  return [
    ...own,
    ...tree.map((path) => without("secret_scan", path)),
    ...["tree", "tree/package-lock.json"].map((path) => without("sbom_generate", path)),
    ...["tree/src/main.ts", "config/canary.txt"].map((path) => without("license_scan", path)),
  ];
}

/** Empty files, in whose place a tool finds nothing just as well. */
const HARMLESS: ReadonlySet<string> = new Set(["config/empty", "config/osv-scanner.toml", "config/names.txt"]);
