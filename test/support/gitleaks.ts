import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { stage } from "../../pipeline/execute/host/staging.ts";
import { secretScan } from "../../pipeline/kinds/secret_scan/index.ts";
import { isNamesFile } from "../../pipeline/kinds/secret_scan/path-names.ts";
import type { SecretReport } from "../../pipeline/kinds/secret_scan/reader.ts";
import type { Secret } from "../../pipeline/leaks/secret.ts";
import { secretsOf } from "../../pipeline/leaks/secrets.ts";
import { makePlan } from "../../pipeline/plan/plan.ts";
import { readSourceFile } from "../../pipeline/tree/source-file.ts";
import type { Problem } from "../../schemas/evidence.ts";
import type { Finding } from "../../schemas/finding.ts";
import { requestOf } from "./plan-request.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");

/** Folder of the installed gitleaks; undefined until it is installed. */
export const GITLEAKS_DIR = folderWithProgram(join(CACHE, "tools/gitleaks"));

function folderWithProgram(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const [program] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("/gitleaks"),
  );
  return program === undefined ? undefined : join(folder, program, "..");
}

export interface Scan {
  readonly report: SecretReport;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** What was found, read again from the tree. */
  readonly secrets: readonly Secret[];
}

/**
 * Plans secret_scan for a folder, stages it, runs the installed gitleaks over it without a sandbox, and reads what it says.
 * `change` may alter what was staged.
 */
export function scanWithGitleaks(root: string, change: (scan: string) => void = () => {}): Scan {
  if (GITLEAKS_DIR === undefined) throw new Error("gitleaks is not installed");
  const { job, step, inventory } = plannedStep(root);
  const base = mkdtempSync(join(tmpdir(), "supply-gate-test-"));
  const places: Record<string, string> = { scan: join(base, "scan"), out: join(base, "out"), tool: GITLEAKS_DIR };
  for (const name of ["scan", "out", "tmp"]) mkdirSync(join(base, name));
  stage(step, { source: root, toolDir: GITLEAKS_DIR }, join(base, "scan"), "full");
  change(join(base, "scan"));
  const [program = "", ...args] = step.argv.map((text) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => places[name] ?? ""),
  );
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: join(base, "scan"),
    env: { HOME: join(base, "tmp"), TMPDIR: join(base, "tmp"), PATH: "/nonexistent" },
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 77) throw new Error(`gitleaks ended with ${status}: ${stderr}`);
  const raw = readFileSync(join(base, "out/gitleaks.json"), "utf8");
  const report = secretScan.collect({
    scanRoot: join(base, "scan"),
    names: job.names,
    copies: step.staging.copies,
    files: step.staging.files,
    hidden: new Set(),
    read: () => raw,
    stdout,
    stderr,
    meaning: "findings",
  });
  const { findings, problems } = secretScan.judge({
    report,
    inventory,
    lockfiles: [],
    components: { components: [] } as never,
    policy: requestOf(root).policy,
    mode: "review",
    step,
    names: job.names,
  });
  const secrets = secretsOf(raw, {
    files: inventory.files,
    copies: step.staging.copies,
    texts: Object.fromEntries(Object.entries(step.staging.files).filter(([name]) => isNamesFile(name))),
    read: (file) => readSourceFile(root, file),
  });
  return { report, findings, problems, secrets };
}

function plannedStep(root: string) {
  const planning = makePlan(requestOf(root, { only: "secret_scan" }));
  const job = planning.plan.jobs.find(({ kind }) => kind === "secret_scan");
  if (job?.state !== "planned") throw new Error("not planned");
  return { job, step: job.step, inventory: planning.inventory };
}
