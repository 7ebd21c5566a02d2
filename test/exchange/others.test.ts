import { describe, expect, it } from "vitest";
import { FORMATS } from "../../pipeline/exchange/formats.ts";

const DEFAULTS = {
  owner: "web team",
  approver: "security",
  created: "2026-02-01",
  expires: "2026-03-01",
  places: (id: string) => (id === "CVE-2021-23337" ? ["pkg:npm/lodash@4.17.20"] : []),
};
const WHO = { owner: "web team", approver: "security", expires: "2026-03-01" };

describe("an OpenVEX document of somebody else", () => {
  const read = (...statements: object[]) =>
    FORMATS.openvex.read(
      JSON.stringify({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "x",
        author: "vendor",
        timestamp: "2026-01-15T10:00:00Z",
        version: 1,
        statements,
      }),
      "v.json",
      DEFAULTS,
    );
  const lodash = { "@id": "pkg:npm/lodash@4.17.20" };
  const about = { vulnerability: { name: "CVE-2021-23337" } };

  it("counts when it says why its product is not affected", () => {
    const statement = { ...about, products: [lodash], status: "not_affected", justification: "component_not_present" };
    expect(read({ ...statement, impact_statement: "the template function is not built in" }).waivers).toEqual([
      {
        what: { vulnerability: "CVE-2021-23337" },
        where: { purl: "pkg:npm/lodash@4.17.20" },
        reason: "the template function is not built in",
        justification: "component_not_present",
        created: "2026-01-15",
        ...WHO,
      },
    ]);
  });

  it("is about the part that it names, not about the whole", () => {
    const product = { "@id": "pkg:oci/shop@1", subcomponents: [lodash] };
    const { waivers } = read({ ...about, products: [product], status: "fixed" });
    expect(waivers.map(({ where }) => where)).toEqual([{ purl: "pkg:npm/lodash@4.17.20" }]);
  });

  it.each([
    ["without a justification", { status: "not_affected", impact_statement: "trust us, please" }, "no justification"],
    ["that is affected", { status: "affected", action_statement: "update it" }, "nobody answers for it"],
    ["that is looked into", { status: "under_investigation" }, "still being looked into"],
    ["of every version", { status: "fixed", products: [{ "@id": "pkg:npm/lodash" }] }, "no single version"],
    ["that is no package", { status: "fixed", products: [{ "@id": "https://shop.example" }] }, "no single version"],
  ])("does not count for a product %s, and says so", (_what, more, why) => {
    const { waivers, losses } = read({ ...about, products: [lodash], ...more });
    expect(waivers).toEqual([]);
    expect(losses).toEqual([{ waiver: 0, what: "not-read", why: expect.stringContaining(why) }]);
  });
});

describe("a CSAF 2.0 document", () => {
  const document = {
    document: {
      category: "csaf_vex",
      csaf_version: "2.0",
      title: "made up",
      tracking: { current_release_date: "2026-01-20T00:00:00Z" },
    },
    product_tree: {
      branches: [
        {
          category: "vendor",
          name: "v",
          branches: [
            {
              category: "product_version",
              name: "4.17.20",
              product: {
                product_id: "P1",
                name: "lodash 4.17.20",
                product_identification_helper: { purl: "pkg:npm/lodash@4.17.20" },
              },
            },
          ],
        },
      ],
      full_product_names: [{ product_id: "SHOP", name: "shop" }],
      relationships: [
        {
          category: "default_component_of",
          product_reference: "P1",
          relates_to_product_reference: "SHOP",
          full_product_name: { product_id: "P1-IN-SHOP", name: "lodash in shop" },
        },
      ],
    },
    vulnerabilities: [
      {
        cve: "CVE-2021-23337",
        flags: [{ label: "vulnerable_code_not_in_execute_path", product_ids: ["P1-IN-SHOP"] }],
        threats: [{ category: "impact", details: "the template function is never called" }],
        product_status: { known_not_affected: ["P1-IN-SHOP"], known_affected: ["SHOP"] },
      },
    ],
  };

  it("is followed through branches and relationships to the package", () => {
    const { waivers, losses } = FORMATS.csaf.read(JSON.stringify(document), "c.json", DEFAULTS);
    expect(waivers).toEqual([
      {
        what: { vulnerability: "CVE-2021-23337" },
        where: { purl: "pkg:npm/lodash@4.17.20" },
        reason: "the template function is never called",
        justification: "vulnerable_code_not_in_execute_path",
        created: "2026-01-20",
        ...WHO,
      },
    ]);
    expect(losses.map(({ why }) => why)).toEqual(["CVE-2021-23337: is affected, and nobody answers for it"]);
  });

  it("is refused when it is none", () => {
    expect(() => FORMATS.csaf.read("{}", "c.json", DEFAULTS)).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID" }),
    );
  });
});

describe("ignore files of other tools", () => {
  it("osv-scanner's is bound to where the advisory was found; a package override is no waiver", () => {
    const text =
      '[[IgnoredVulns]]\nid = "CVE-2021-23337"\nignoreUntil = 2026-02-20\nreason = "short"\n[[PackageOverrides]]\nname = "left"\nignore = true\n';
    const { waivers, losses } = FORMATS["osv-scanner"].read(text, "o.toml", DEFAULTS);
    expect(waivers).toMatchObject([
      { where: { purl: "pkg:npm/lodash@4.17.20" }, reason: "imported without a reason: short", expires: "2026-02-19" },
    ]);
    expect(losses.map(({ why }) => why)).toEqual(["PackageOverrides of left: speaks of no advisory"]);
  });

  it("cargo-deny's plain ids, tables and yanked crates", () => {
    const text =
      '[advisories]\nignore = ["RUSTSEC-2020-0071", { crate = "yanked@0.1.1", reason = "old" }]\n[licenses]\nexceptions = [{ allow = ["Zlib"], crate = "adler32" }]\n';
    const { waivers, losses } = FORMATS["cargo-deny"].read(text, "d.toml", DEFAULTS);
    expect(waivers).toEqual([]);
    expect(losses.map(({ what }) => what)).toEqual(["not-read", "not-read", "not-read"]);
  });

  it("Trivy's entries with a path, and what it looks for and we do not", () => {
    const text =
      "vulnerabilities:\n  - id: CVE-2021-23337\n    paths: [apps/web/package-lock.json]\n    expired_at: 2026-02-20\nmisconfigurations:\n  - id: AVD-DS-0002\n";
    const { waivers, losses } = FORMATS.trivy.read(text, "t.yaml", DEFAULTS);
    expect(waivers).toMatchObject([{ where: { path: "apps/web/package-lock.json" }, expires: "2026-02-20" }]);
    expect(losses.map(({ why }) => why)).toEqual(["AVD-DS-0002: misconfigurations are not looked for"]);
  });
});
