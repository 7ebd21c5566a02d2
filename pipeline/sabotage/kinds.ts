import type { KindAttacks } from "../kinds/attack.ts";
import { licenseScanAttacks } from "../kinds/license_scan/sabotage.ts";
import { sbomAttacks } from "../kinds/sbom_generate/sabotage.ts";
import { secretScanAttacks } from "../kinds/secret_scan/sabotage.ts";
import { vulnScanAttacks } from "../kinds/vuln_scan/sabotage.ts";

/** What each kind that runs a tool knows about attacks on it. */
export const KIND_ATTACKS: readonly KindAttacks[] = [
  secretScanAttacks,
  vulnScanAttacks,
  sbomAttacks,
  licenseScanAttacks,
];
