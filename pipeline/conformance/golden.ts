import type { KindId } from "../../schemas/common.ts";
import type { Register } from "../../schemas/register.ts";
import digests from "./digests.json" with { type: "json" };

/** A small project whose report is known to the byte (H-04). */
export interface GoldenProject {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Made-up advisories, by ecosystem. */
  readonly advisories: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** Rows of a register; null without one. */
  readonly register: Register["components"] | null;
  readonly verdict: "PASSED" | "FAILED";
}

/** The golden projects of each kind, by the names that the registry has. */
export const GOLDEN: Readonly<Record<KindId, readonly GoldenProject[]>> = {
  secret_scan: [
    project("clean", { "src/main.ts": "export const answer = 42;\n" }),
    failing("secret-found", { "src/settings.ts": `export const token = "${madeUpToken()}";\n` }),
  ],
  vuln_scan: [
    project("clean", { "package-lock.json": lockfile({ "golden-safe": "1.0.0" }) }, { advisories: advisories() }),
    failing(
      "high-by-vector",
      { "package-lock.json": lockfile({ "golden-high": "1.0.0" }) },
      { advisories: advisories() },
    ),
    failing(
      "high-by-group",
      { "package-lock.json": lockfile({ "golden-group": "1.0.0" }) },
      { advisories: advisories() },
    ),
  ],
  sbom_generate: [
    project("clean", { "package-lock.json": lockfile({ "golden-safe": "1.0.0" }) }),
    project("every-format", {
      "package-lock.json": lockfile({ "golden-safe": "1.0.0" }),
      "requirements.txt": "golden-python==1.2.3\n",
      "Cargo.lock": cargoLock(),
    }),
  ],
  license_scan: [
    project("clean", {
      "src/main.ts": "// SPDX-License-Identifier: MIT\n\nexport const answer = 42;\n",
      "package-lock.json": lockfile({ "golden-safe": "1.0.0" }),
    }),
    failing("unknown-license", { "package-lock.json": lockfile({ "golden-safe": "1.0.0" }, null) }),
  ],
  oss_register_audit: [
    project("clean", { "package-lock.json": lockfile({ "golden-safe": "1.0.0" }) }, { register: [row("golden-safe")] }),
    failing("missing-row", { "package-lock.json": lockfile({ "golden-safe": "1.0.0" }) }, { register: [] }),
  ],
};

/** SHA-256 of the report of a golden project; undefined where none is known. */
export function expectedDigest(kind: KindId, name: string): string | undefined {
  const known: Readonly<Record<string, string>> = digests[kind];
  // The digest stands first: behind a word such as "secret" it looks like a credential to a scanner.
  return Object.keys(known).find((digest) => known[digest] === name);
}

type More = Partial<Pick<GoldenProject, "advisories" | "register">>;

function project(name: string, files: GoldenProject["files"], more: More = {}): GoldenProject {
  return { name, files, advisories: {}, register: null, verdict: "PASSED", ...more };
}

function failing(name: string, files: GoldenProject["files"], more: More = {}): GoldenProject {
  return { ...project(name, files, more), verdict: "FAILED" };
}

function row(name: string): Register["components"][number] {
  return {
    component_id: `golden.${name.replaceAll("-", "_")}`,
    name,
    upstream_ref: `pkg:npm/${name}`,
    license: "MIT",
    integration_mode_default: "embedded_lib",
    capabilities_required: [],
    pinning_policy: "exact version in the lockfile",
    compliance_notes: "made up for conformance",
    test_fixture: "pipeline/conformance/golden.ts",
    used_by_modules: ["golden"],
  };
}

/** Has the shape of an access token and opens nothing. Made here, so that no such text lies in the repository. */
function madeUpToken(): string {
  return ["ghp", "x7QpL2mV9sKd4RtZ8wYn3BfH6cJg1TaE5uXo"].join("_");
}

function lockfile(packages: Readonly<Record<string, string>>, license: string | null = "MIT"): string {
  const entries = Object.entries(packages).map(([name, version]) => [
    `node_modules/${name}`,
    {
      version,
      ...(license === null ? {} : { license }),
      resolved: `https://registry.example/${name}.tgz`,
      integrity: `sha512-${Buffer.from(name.repeat(64)).subarray(0, 64).toString("base64")}`,
    },
  ]);
  const root = { name: "golden", version: "1.0.0", license: "MIT", dependencies: packages };
  const document = {
    name: "golden",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: { "": root, ...Object.fromEntries(entries) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function cargoLock(): string {
  return [
    "version = 3",
    "",
    "[[package]]",
    'name = "golden-crate"',
    'version = "0.1.2"',
    'source = "registry+https://github.com/rust-lang/crates.io-index"',
    `checksum = "${"a1".repeat(32)}"`,
    "",
  ].join("\n");
}

function advisories(): GoldenProject["advisories"] {
  const high = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H" }];
  return {
    npm: [
      record("GOLDEN-2026-0001", "golden-high", { severity: high }),
      // Of two names of one thing only the other has a vector: the group has its severity.
      record("GOLDEN-2026-0002", "golden-group", { aliases: ["GOLDEN-2026-0003"] }),
      record("GOLDEN-2026-0003", "golden-group", { aliases: ["GOLDEN-2026-0002"], severity: high }),
    ],
  };
}

function record(id: string, name: string, more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    schema_version: "1.7.0",
    id,
    modified: "2026-01-01T00:00:00Z",
    published: "2026-01-01T00:00:00Z",
    summary: `Made up for conformance: ${name}`,
    affected: [
      {
        package: { ecosystem: "npm", name },
        ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.0.1" }] }],
      },
    ],
    ...more,
  };
}
