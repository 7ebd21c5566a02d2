import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLE_INDEX, bundleIndexText, indexFolder } from "../../../pipeline/protocol/artifacts/bundle-index.ts";
import { openStore } from "../../../pipeline/protocol/artifacts/store.ts";
import { makeTree } from "../../support/tree.ts";
import { recorded } from "../recorder/made.ts";
import { FACTS, JOB } from "./made.ts";

export interface MadeResults {
  readonly out: string;
  /** Of an artifact that may leave, of one that may not, and of a folder. */
  readonly ids: { readonly report: string; readonly secret: string; readonly folder: string };
}

/** Results of a run as far as artifacts go: documents, a store, a recorder, and the index over all but the latter. */
export function madeResults(): MadeResults {
  const out = makeTree({ "verdict.json": "{}\n", "reports/vuln_scan.json": "[]\n", "run/notes.json": "{}\n" });
  const store = openStore(join(out, "artifacts"), { fsync: "off" });
  const put = (text: string, more: object) => store.put({ bytes: text }, { ...FACTS, ...more }).artifact_id;
  const ids = {
    report: put("[]\n", { createdByJobId: JOB }),
    secret: put("{}\n", { classification: "high", retentionTtlDays: 30, filenameHint: "reports/secret_scan.json" }),
    folder: store.put({ folder: makeTree({ "a/b.txt": "b", "c.txt": "c" }) }, FACTS).artifact_id,
  };
  mkdirSync(join(out, "run"), { recursive: true });
  copyFileSync(recorded().path, join(out, "run", "flight-recorder.jsonl"));
  writeFileSync(join(out, BUNDLE_INDEX), bundleIndexText(indexFolder(out, (path) => path === "run")));
  return { out, ids };
}
