import { fromCsaf } from "./csaf.ts";
import { fromCycloneDxVex, toCycloneDxVex } from "./cyclonedx-vex.ts";
import { fromDenyToml, toDenyToml } from "./deny-toml.ts";
import type { Format } from "./format.ts";
import { fromOpenVex, toOpenVex } from "./openvex.ts";
import { fromOsvScannerToml, toOsvScannerToml } from "./osv-scanner-toml.ts";
import { fromTrivyignore, toTrivyignore } from "./trivyignore.ts";

/** Every format by which waivers are exchanged, by its name on the command line. CSAF is read only. */
export const FORMATS = {
  openvex: { compile: toOpenVex, read: fromOpenVex },
  cyclonedx: { compile: toCycloneDxVex, read: fromCycloneDxVex },
  "osv-scanner": { compile: toOsvScannerToml, read: fromOsvScannerToml },
  trivy: { compile: toTrivyignore, read: fromTrivyignore },
  "cargo-deny": { compile: toDenyToml, read: fromDenyToml },
  csaf: { read: fromCsaf },
} as const satisfies Record<string, Format>;
export type FormatName = keyof typeof FORMATS;
