import { openStore } from "../protocol/artifacts/store.ts";
import type { Conclusion } from "../report/conclusion.ts";

/** Puts what the results refer to into a store (protocol D-03). @throws GateError STORAGE_FAILED */
export async function keepArtifacts({ results }: Conclusion, folder: string): Promise<void> {
  const store = openStore(folder, { fsync: "batch" });
  for (const { artifacts } of results)
    for (const { document, facts } of artifacts) store.put({ bytes: document.text }, facts);
  await store.flush();
}
