import type { KindId } from "../../schemas/common.ts";
import type { Kind } from "./kind.ts";
import { licenseScan } from "./license_scan/index.ts";
import { ossRegisterAudit } from "./oss_register_audit/index.ts";
import { sbomGenerate } from "./sbom_generate/index.ts";
import { secretScan } from "./secret_scan/index.ts";
import { vulnScan } from "./vuln_scan/index.ts";

/** Every job kind, in the order in which people read about them. */
export const KINDS: readonly Kind[] = [secretScan, vulnScan, sbomGenerate, licenseScan, ossRegisterAudit] as const;

/** The kind of an id that is in the list by construction. */
export function kindOf(id: KindId): Kind {
  const kind = KINDS.find((candidate) => candidate.id === id);
  if (kind === undefined) throw new Error(`no kind "${id}"`);
  return kind;
}
