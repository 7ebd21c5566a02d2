/** A package that exists nowhere: syft must report it from our folder beside the tree, by the reader that the tree's own lockfiles need. */
export const CANARY = { name: "supply-gate-canary", version: "0.0.0-canary", file: "package-lock.json" } as const;

/** A lockfile with the canary alone. */
export const CANARY_LOCKFILE = `${JSON.stringify({
  name: "canary",
  lockfileVersion: 3,
  packages: { [`node_modules/${CANARY.name}`]: { version: CANARY.version } },
})}\n`;

/** Where syft sees it, below the scanned root. */
export const CANARY_PLACE = `/config/${CANARY.file}`;
