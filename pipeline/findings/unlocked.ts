import type { Gap } from "../../schemas/finding.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import { unlockedManifests } from "../tree/unlocked-manifests.ts";
import { gapOf } from "./gap.ts";

/** Manifests that declare dependencies of which nobody says which versions they are: nothing was looked up for them. */
export function unlockedGaps(inventory: Inventory): Gap[] {
  return unlockedManifests(inventory).map(({ path, expected }) =>
    gapOf({
      code: "manifest-without-lockfile",
      path,
      subject: path,
      detail:
        expected.length === 0
          ? "no lockfile of its ecosystem is read"
          : `no ${expected.join(" or ")} beside it or above`,
    }),
  );
}
