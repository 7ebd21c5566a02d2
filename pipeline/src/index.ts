/**
 * supply-gate: decides whether a source tree may go in, and leaves the evidence.
 *
 * Secrets, vulnerabilities, SBOM and licences, each by a pinned scanner in a sealed build without network, one verdict by a versioned policy.
 */
import { copyFile, readFile } from "node:fs/promises";
import type { Changeset, Container, Directory, File } from "@dagger.io/dagger";
import { argument, check, dag, func, object } from "@dagger.io/dagger";
import {
  advisoriesLock,
  egressProbe,
  planning,
  type Request,
  runSealed,
  type SealedStep,
  withAdvisories,
} from "./engine.ts";

/** What is not sent: results of an earlier run, and what version control keeps. The folders' names stay, so that the plan can name them. */
const IGNORE = ["out", "**/.git/**"];

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

/** The gate. */
@object()
export class SupplyGate {
  /**
   * Gates a source tree: plan, sealed scans in parallel, decision.
   *
   * Secrets are looked for in the tree as it is. Older commits need the command line: supply-gate run --history.
   */
  // A verdict may say that a limit was hit: nobody should meet that answer for days.
  @func({ cache: "1h" })
  async gate(
    @argument({ ignore: IGNORE }) source: Directory,
    /** review lists what release blocks */
    mode: string = "review",
    /** policy file; a register that it names is looked for in the source, from the root. Default: the built-in policy recommended */
    policy?: File,
    /** waiver file; needs asOf, since waivers expire */
    waivers?: File,
    /** advisory snapshot (supply-gate advisories pull or build) */
    advisories?: Directory,
    /** the date that stands for now, such as 2026-01-31; a Directory has no history to take it from. Default: 1970-01-01 */
    asOf?: string,
    /** image lock that replaces pins/images.json (mirrors, air gap) */
    images?: File,
    /** licence facts (supply-gate licenses fetch --facts): what the archives of dependencies say */
    licenses?: Directory,
  ): Promise<Verdict> {
    return await decide({ source, mode, policy, waivers, advisories, asOf, images, licenses });
  }

  /**
   * The gate over this repository, in review mode, for `dagger check`.
   *
   * By its supply-gate.policy.yaml where it has one, and against the advisory snapshot in its folder supply-gate.advisories, which is not
   * scanned. Without a snapshot it can't decide about packages, and fails.
   */
  @func()
  @check()
  async check(@argument({ defaultPath: "/", ignore: IGNORE }) source: Directory): Promise<void> {
    const [policy, advisories] = ["supply-gate.policy.yaml", "supply-gate.advisories"] as const;
    const verdict = await decide({
      source: source.withoutDirectory(advisories),
      mode: "review",
      policy: (await source.exists(policy)) ? source.file(policy) : undefined,
      advisories: (await source.exists(advisories)) ? source.directory(advisories) : undefined,
    });
    await verdict.sync();
  }

  /** secret_scan alone, over the tree as it is; older commits need the command line: supply-gate run --history. */
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

  /**
   * Pins an advisory snapshot: the change of advisories.lock.json in the source's root, to be looked at and exported.
   *
   * What the snapshot changes for this source, the command line tells: supply-gate advisories bump.
   */
  @func()
  async advisoriesBump(
    @argument({ ignore: IGNORE }) source: Directory,
    advisories: Directory,
    /** image lock that replaces pins/images.json (mirrors, air gap) */
    images?: File,
  ): Promise<Changeset> {
    const gate = gateContainer(nodeImage(await imageLock(images)), await ownProgram());
    const lock = advisoriesLock(gate, dag.directory(), advisories);
    return source.withFile("advisories.lock.json", lock).changes(source);
  }
}

async function decide(request: Request): Promise<Verdict> {
  const began = new Date().toISOString();
  const lock = await imageLock(request.images);
  const node = nodeImage(lock);
  const gate = await ownProgram();
  const base = gateContainer(node, gate);
  const planned = (await planning(base, request, lock)).directory("/plan");
  const steps = JSON.parse(await planned.file("steps.json").contents()) as SealedStep[];
  const inputs = { source: request.source, gate, advisories: request.advisories, began };
  const ended = await Promise.all(steps.map((step) => runSealed(step, planned.directory(`steps/${step.id}`), inputs)));
  const results = steps.reduce(
    (all, { id }, index) => all.withDirectory(id, ended[index] as Directory),
    dag.directory(),
  );
  const deciding = base
    .withMountedDirectory("/plan", planned)
    .withMountedDirectory("/src", request.source)
    .withMountedDirectory("/steps", results.withFile("egress", egressProbe(dag, node)));
  const args = ["decide", "/plan", "--steps", "/steps", "--source", "/src", "--to", "/report"];
  const report = withAdvisories(deciding, request, args).directory("/report");
  const { verdict, exitCode, next } = JSON.parse(await report.file("verdict.json").contents());
  return new Verdict(report, verdict, exitCode, `${verdict}: ${next}`, node);
}

async function imageLock(images: File | undefined): Promise<string> {
  return images === undefined ? await readFile(beside("pins/images.json"), "utf8") : await images.contents();
}

function gateContainer(node: string, gate: File): Container {
  return dag.container().from(node).withFile("/gate/gate.mjs", gate);
}

/** The rest of the lock is read, strictly, by the program that runs in this image. */
function nodeImage(lock: string): string {
  const reference = parsed(lock)?.images?.node?.reference;
  if (typeof reference === "string" && /@sha256:[0-9a-f]{64}$/.test(reference)) return reference;
  throw new Error("image lock: images.node.reference: expected an image by digest (name@sha256:…)");
}

function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`image lock: ${(cause as Error).message}`, { cause });
  }
}

/** `gate.mjs` as a file that the engine takes from this container: as a text it would be part of every query. */
async function ownProgram(): Promise<File> {
  await copyFile(beside("dist/gate.mjs"), "gate.mjs");
  return dag.currentModule().workdirFile("gate.mjs");
}

/** Files of the module beside its sources. */
function beside(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
