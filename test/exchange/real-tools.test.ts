import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { buildSnapshot } from "../../pipeline/advisories/build.ts";
import { FORMATS } from "../../pipeline/exchange/formats.ts";
import type { Waiver } from "../../schemas/waivers.ts";
import { hasOfficialSchemas, validatorOf } from "../report/official-schema.ts";
import { hasSharedData, SHARED_DATA } from "../support/shared-data.ts";
import { makeTree } from "../support/tree.ts";

const CACHE =
  process.env["SUPPLY_GATE_CACHE"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "supply-gate");
const TOOL = join(CACHE, "tools/osv-scanner");
const [version] = existsSync(TOOL) ? readdirSync(TOOL) : [];
const osvScanner = version === undefined ? undefined : join(TOOL, version, "tool/osv-scanner");
const cargoDeny = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "cargo-deny"))
  .find((path) => existsSync(path));

const CONTEXT = { author: "supply-gate", asOf: "2026-07-01T00:00:00.000Z" };
const SAID = {
  reason: 'only in a test, with "quotes", a \\ and a # in it',
  owner: "web team",
  approver: "security",
  created: "2026-07-01",
  // The tools look at the clock.
  expires: "9998-12-31",
} as const;
const waiver = (what: Waiver["what"], purl: string): Waiver => ({ what, where: { purl }, ...SAID });

describe("compiled waivers", () => {
  it.skipIf(osvScanner === undefined || !hasSharedData)(
    "osv-scanner 2.4.0 ignores just those advisories (skipped without osv-scanner and ../shared/data)",
    async () => {
      const cwd = makeTree({ "requirements.txt": "django==2.2.24\nflask==1.0.0\n" });
      await buildSnapshot(join(SHARED_DATA, "osv-2026-06-30"), join(cwd, "snapshot"));
      const found = (config: string) => {
        writeFileSync(join(cwd, "config.toml"), config);
        const args = ["scan", "source", "--offline", "--no-resolve", "--config=config.toml", "--format=json"];
        const db = join(cwd, "snapshot");
        const env = { HOME: cwd, OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: db, OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY: db };
        const ran = spawnSync(osvScanner as string, [...args, "-L", "requirements.txt:requirements.txt"], {
          cwd,
          env,
          encoding: "utf8",
        });
        expect(ran.stderr).not.toMatch(/unused|failed|error/i);
        const report: { results: { packages: { vulnerabilities?: { id: string }[] }[] }[] } = JSON.parse(ran.stdout);
        return report.results
          .flatMap(({ packages }) =>
            packages.flatMap(({ vulnerabilities = [] }) => vulnerabilities.map(({ id }) => id)),
          )
          .sort();
      };
      const all = found("");
      const waived = ["PYSEC-2022-1", "PYSEC-2023-62"];
      expect(waived.every((id) => all.includes(id))).toBe(true);
      const waivers = [
        waiver({ vulnerability: "PYSEC-2022-1" }, "pkg:pypi/django@2.2.24"),
        waiver({ vulnerability: "PYSEC-2023-62" }, "pkg:pypi/flask@1.0.0"),
      ];
      const { text } = FORMATS["osv-scanner"].compile(waivers);
      expect(found(text)).toEqual(all.filter((id) => !waived.includes(id)));
    },
  );

  it.skipIf(cargoDeny === undefined)(
    "cargo-deny allows just that crate in that version (skipped where it is not on PATH)",
    () => {
      const crate = (name: string, license: string, more = "") =>
        `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\nlicense = "${license}"\n${more}`;
      const cwd = makeTree({
        "Cargo.toml": crate("app", "MIT", '[dependencies]\nshared = { path = "shared" }\n'),
        "src/lib.rs": "",
        "shared/Cargo.toml": crate("shared", "GPL-3.0-only"),
        "shared/src/lib.rs": "",
      });
      const ended = (waivers: readonly Waiver[]) => {
        // The list of what is allowed for all belongs to the same table.
        writeFileSync(join(cwd, "deny.toml"), `${FORMATS["cargo-deny"].compile(waivers).text}allow = ["MIT"]\n`);
        const args = ["--manifest-path", "Cargo.toml", "--config", "deny.toml", "--offline", "check", "licenses"];
        return spawnSync(cargoDeny as string, args, { cwd, encoding: "utf8" });
      };
      const advisory = waiver({ vulnerability: "RUSTSEC-2021-0001" }, "pkg:cargo/shared@1.0.0");
      const license = waiver({ license: "GPL-3.0-only" }, "pkg:cargo/shared@1.0.0");
      expect(ended([advisory])).toMatchObject({ status: 4, stderr: expect.stringContaining("rejected") });
      expect(ended([advisory, license]).status).toBe(0);
      expect(ended([{ ...license, where: { purl: "pkg:cargo/shared@1.0.1" } }]).status).toBe(4);
    },
  );

  it.skipIf(!hasOfficialSchemas)("are valid OpenVEX 0.2.0 (skipped without ../shared/data)", () => {
    const schema = JSON.parse(readFileSync(join(SHARED_DATA, "official-schemas/openvex_json_schema.json"), "utf8"));
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const accepted = waiver({ vulnerability: "CVE-2020-1" }, "pkg:npm/a@1.0.0");
    const { text } = FORMATS.openvex.compile(
      [accepted, { ...accepted, justification: "vulnerable_code_not_present" }],
      CONTEXT,
    );
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  });

  it.skipIf(!hasOfficialSchemas)("are valid CycloneDX 1.6 (skipped without ../shared/data)", () => {
    const validate = validatorOf("bom-1.6.schema.json", "spdx.schema.json", "jsf-0.82.schema.json");
    const range = {
      ...waiver({ vulnerability: "CVE-2021-23337" }, "pkg:npm/lodash"),
      justification: "component_not_present" as const,
    };
    const { text } = FORMATS.cyclonedx.compile(
      [
        waiver({ vulnerability: "CVE-2020-1" }, "pkg:npm/a@1.0.0"),
        { ...range, where: { purl: "pkg:npm/lodash", versions: "<4.17.21" } },
      ],
      CONTEXT,
    );
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  });
});
