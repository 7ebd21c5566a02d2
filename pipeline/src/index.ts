/**
 * supply-gate: decides whether a source tree may go in, and leaves the evidence.
 *
 * Secrets, vulnerabilities, SBOM and licences, each by a pinned scanner in a sealed build without network, one verdict by a versioned policy.
 */
import { readFile } from "node:fs/promises";
import { argument, type Container, check, type Directory, dag, type File, func, object } from "@dagger.io/dagger";
import { egressProbe, runSealed, type SealedStep } from "./engine.ts";

/** What is never part of the source: the results of an earlier run. */
const IGNORE = ["out"];

/** What a gate decided. */
@object()
export class Verdict {
  /** verdict.json, summary.md, reports, SBOMs, plan and evidence. */
  @func()
  report: Directory;

  /** PASSED, FAILED or INCOMPLETE. */
  @func()
  verdict: string;

  /** 0 PASSED, 1 FAILED, 3 INCOMPLETE. */
  @func()
  exitCode: number;

  /** Why, in one text. */
  @func()
  reason: string;

  /** The image in which `enforce` ends with the exit status. */
  @func()
  node: string;

  constructor(report: Directory, verdict: string, exitCode: number, reason: string, node: string) {
    this.report = report;
    this.verdict = verdict;
    this.exitCode = exitCode;
    this.reason = reason;
    this.node = node;
  }

  /** Makes a bare `dagger call gate` fail unless the verdict is PASSED. */
  @func()
  async sync(): Promise<string> {
    if (this.exitCode !== 0) throw new Error(this.reason);
    return await this.report.id();
  }

  /** Ends with the verdict's own exit status: 0, 1 or 3. */
  @func()
  async enforce(): Promise<string> {
    if (this.exitCode !== 0) {
      await dag
        .container()
        .from(this.node)
        .withExec(["sh", "-c", 'printf "%s\\n" "$1" >&2; exit "$2"', "enforce", this.reason, String(this.exitCode)])
        .sync();
    }
    return this.verdict;
  }
}

interface Request {
  source: Directory;
  mode: string;
  policy?: File | undefined;
  waivers?: File | undefined;
  advisories?: Directory | undefined;
  asOf?: string | undefined;
  images?: File | undefined;
  only?: string | undefined;
}

/** The gate. */
@object()
export class SupplyGate {
  /** Gates a source tree: plan, sealed scans in parallel, decision. */
  @func()
  async gate(
    @argument({ ignore: IGNORE }) source: Directory,
    /** review lists what release blocks */
    mode: string = "review",
    /** policy file; default: the built-in policy recommended */
    policy?: File,
    /** waiver file */
    waivers?: File,
    /** advisory snapshot (supply-gate advisories pull or build) */
    advisories?: Directory,
    /** the date that stands for now, such as 2026-01-31 */
    asOf?: string,
    /** image lock that replaces pins/images.json (mirrors, air gap) */
    images?: File,
  ): Promise<Verdict> {
    return await decide({ source, mode, policy, waivers, advisories, asOf, images });
  }

  /** The gate over this repository, in review mode, for `dagger check`. */
  @func()
  @check()
  async check(@argument({ defaultPath: "/", ignore: IGNORE }) source: Directory): Promise<void> {
    const verdict = await decide({ source, mode: "review" });
    await verdict.sync();
  }

  /** secret_scan alone. */
  @func()
  async secretScan(@argument({ ignore: IGNORE }) source: Directory, images?: File): Promise<Directory> {
    return (await decide({ source, mode: "review", images, only: "secret_scan" })).report;
  }

  /** vuln_scan alone, against an advisory snapshot. */
  @func()
  async vulnScan(
    @argument({ ignore: IGNORE }) source: Directory,
    advisories: Directory,
    images?: File,
  ): Promise<Directory> {
    return (await decide({ source, mode: "review", advisories, images, only: "vuln_scan" })).report;
  }

  /** sbom_generate alone. */
  @func()
  async sbomGenerate(@argument({ ignore: IGNORE }) source: Directory, images?: File): Promise<Directory> {
    return (await decide({ source, mode: "review", images, only: "sbom_generate" })).report;
  }

  /** license_scan alone. */
  @func()
  async licenseScan(@argument({ ignore: IGNORE }) source: Directory, images?: File): Promise<Directory> {
    return (await decide({ source, mode: "review", images, only: "license_scan" })).report;
  }
}

async function decide(request: Request): Promise<Verdict> {
  const lock = request.images === undefined ? await bundled("pins/images.json") : await request.images.contents();
  const node = JSON.parse(lock).images.node.reference as string;
  const gate = dag
    .directory()
    .withNewFile("gate.mjs", await bundled("dist/gate.mjs"))
    .file("gate.mjs");
  const base = dag.container().from(node).withFile("/gate/gate.mjs", gate);
  const planned = planning(base, request, lock)
    .withExec(["node", "/gate/gate.mjs", ...planArguments(request)])
    .directory("/plan");
  const steps = JSON.parse(await planned.file("steps.json").contents()) as SealedStep[];
  const inputs = { source: request.source, gate, advisories: request.advisories };
  const results = await Promise.all(
    steps.map(async (step) => ({
      id: step.id,
      out: await runSealed(step, planned.directory(`steps/${step.id}`), inputs).sync(),
    })),
  );
  const ended = results.reduce((all, { id, out }) => all.withDirectory(id, out), dag.directory());
  const report = base
    .withMountedDirectory("/plan", planned)
    .withMountedDirectory("/steps", ended.withFile("egress", egressProbe(dag, node)))
    .withExec(["node", "/gate/gate.mjs", "decide", "/plan", "--steps", "/steps", "--to", "/report"])
    .directory("/report");
  const verdict = JSON.parse(await report.file("verdict.json").contents());
  const reason = `${verdict.verdict}: ${verdict.next}`;
  return new Verdict(report, verdict.verdict, verdict.exitCode, reason, node);
}

function planning(base: Container, request: Request, lock: string): Container {
  let container = base.withNewFile("/in/images.json", lock).withMountedDirectory("/src", request.source);
  if (request.policy !== undefined) container = container.withFile("/in/policy.yaml", request.policy);
  if (request.waivers !== undefined) container = container.withFile("/in/waivers.yaml", request.waivers);
  if (request.advisories !== undefined) container = container.withMountedDirectory("/advisories", request.advisories);
  return container;
}

function planArguments({ mode, policy, waivers, advisories, asOf, only }: Request): string[] {
  return [
    ...["plan", "/src", "--to", "/plan", "--images", "/in/images.json", "--mode", mode],
    ...(policy === undefined ? [] : ["--policy", "/in/policy.yaml"]),
    ...(waivers === undefined ? [] : ["--waivers", "/in/waivers.yaml"]),
    ...(advisories === undefined ? [] : ["--advisories", "/advisories"]),
    ...(asOf === undefined ? [] : ["--as-of", asOf]),
    ...(only === undefined ? [] : ["--only", only]),
  ];
}

/** Files of the module beside its sources. */
async function bundled(path: string): Promise<string> {
  return await readFile(new URL(`../${path}`, import.meta.url), "utf8");
}
