import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRegister } from "../../../pipeline/kinds/oss_register_audit/register.ts";
import { ROOT } from "../../support/shared-data.ts";

const COLUMNS =
  "component_id name upstream_ref license integration_mode_default capabilities_required pinning_policy compliance_notes test_fixture used_by_modules".split(
    " ",
  );
const ZOD = [
  ...["oss.zod", "zod", "pkg:npm/zod", "MIT", "embedded_lib", "none", "exact version", "keep the notice"],
  ...["test/zod.test.ts", "schemas, pipeline/plan"],
];
const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const RULE = line(COLUMNS.map(() => "---"));

/** A register whose heading is in line 3. */
function markdown(rows: readonly (readonly string[])[], columns: readonly string[] = COLUMNS): string {
  return ["# Register", "", line(columns), RULE, ...rows.map(line), "", "The end.", ""].join("\n");
}

const read = (text: string) => readRegister(text, "OSS_REGISTER.md").components;
const refused = (text: string, message: string) =>
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) }),
  );
const changed = (index: number, cell: string) => ZOD.map((old, at) => (at === index ? cell : old));

describe("a register in Markdown", () => {
  it("A-51: is read by its ten columns", () => {
    expect(read(markdown([ZOD]))).toEqual([
      {
        component_id: "oss.zod",
        name: "zod",
        upstream_ref: "pkg:npm/zod",
        license: "MIT",
        integration_mode_default: "embedded_lib",
        capabilities_required: [],
        pinning_policy: "exact version",
        compliance_notes: "keep the notice",
        test_fixture: "test/zod.test.ts",
        used_by_modules: ["schemas", "pipeline/plan"],
      },
    ]);
  });

  it("A-51: says the same as our YAML, for the register of this repository", () => {
    const [yaml, table] = ["docs/OSS_REGISTER.yaml", "docs/OSS_REGISTER.md"].map((path) =>
      readRegister(readFileSync(join(ROOT, path), "utf8"), path),
    );
    expect(table?.components.length).toBeGreaterThan(100);
    expect(table).toEqual(yaml);
  });

  it("may have its columns in another order, as code, and several tables", () => {
    const [id = "", ...rest] = COLUMNS;
    const [zod = "", ...cells] = ZOD;
    const turned = [...rest.map((name) => `\`${name}\``), id];
    const other = "\n| tool | why |\n|:---|---:|\n| a | b |\n\n";
    const text = `${markdown([[...cells, `\`${zod}\``]], turned)}${other}${markdown([changed(0, "oss.other").map((cell) => cell.replace("pkg:npm/zod", "https://x.example"))])}`;
    expect(read(text).map(({ component_id, license }) => [component_id, license])).toEqual([
      ["oss.zod", "MIT"],
      ["oss.other", "MIT"],
    ]);
  });

  it("has lists parted by comma or line break, escaped bars in a cell, and empty cells for what is missing", () => {
    const [row] = read(markdown([changed(9, "a<br>b<br/>c, d").map((cell, at) => (at === 7 ? "a \\| b" : cell))]));
    expect(row?.used_by_modules).toEqual(["a", "b", "c", "d"]);
    expect(row?.compliance_notes).toBe("a | b");
    const [empty] = read(markdown([changed(3, "").map((cell, at) => (at === 9 ? "" : cell))]));
    expect([empty?.license, empty?.used_by_modules]).toEqual([undefined, undefined]);
  });

  it("is read whatever its line ends are, and with no bar at the end", () => {
    expect(read(markdown([ZOD]).replaceAll("\n", "\r\n"))).toEqual(read(markdown([ZOD])));
    expect(read(markdown([ZOD]).replaceAll(/ \|$/gm, ""))).toEqual(read(markdown([ZOD])));
  });

  it("shows to the gate only what it shows to people", () => {
    const hidden = changed(0, "oss.hidden");
    refused(`<!--\n${markdown([hidden])}-->\n`, "found no table with the columns component_id");
    refused(`\`\`\`md\n${markdown([hidden])}\`\`\`\n`, "found no table with the columns component_id");
    refused(`~~~~\n\`\`\`\n~~~\n${markdown([hidden])}`, "found no table with the columns component_id");
    expect(read(`\`\`\`\ncode\n\`\`\`\n<!-- a --> \n${markdown([ZOD])}`)).toHaveLength(1);
  });
});

describe("a register in Markdown is refused", () => {
  it("A-51: for a column that is misspelt, missing or there twice, with its line and what was meant", () => {
    const named = (from: string, to: string) => COLUMNS.map((name) => (name === from ? to : name));
    refused(
      markdown([ZOD], named("license", "licence")),
      'OSS_REGISTER.md:3: unknown column "licence"; did you mean "license"?',
    );
    refused(markdown([ZOD], named("component_id", "id")), 'OSS_REGISTER.md:3: unknown column "id"');
    refused(markdown([ZOD], named("license", "name")), "OSS_REGISTER.md:3: found no column license, expected all ten");
    const nine = `# Register\n\n${line(COLUMNS.slice(0, 9))}\n${line(COLUMNS.slice(0, 9).map(() => "---"))}\n`;
    refused(nine, "OSS_REGISTER.md:3: found no column used_by_modules, expected all ten");
    const eleven = [...COLUMNS, "name"];
    refused(
      `${line(eleven)}\n${line(eleven.map(() => "-"))}\n`,
      "OSS_REGISTER.md:1: column name: found twice, expected once",
    );
  });

  it("A-52: for a mode or an id that is none", () => {
    refused(
      markdown([ZOD, changed(4, "embeded_lib")]),
      'OSS_REGISTER.md:6: integration_mode_default: found "embeded_lib", expected one of embedded_lib, external_process, external_service; did you mean "embedded_lib"?',
    );
    refused(
      markdown([changed(0, "Zod")]),
      'OSS_REGISTER.md:5: component_id: found "Zod", expected an id such as oss.zod',
    );
    refused(markdown([changed(0, "")]), 'OSS_REGISTER.md:5: component_id: found ""');
  });

  it("for a row with too few or too many cells", () => {
    refused(markdown([ZOD.slice(1)]), "OSS_REGISTER.md:5: found 9 cells, expected 10");
    refused(markdown([changed(7, "a | b")]), "OSS_REGISTER.md:5: found 11 cells, expected 10");
  });

  it("for a row that an empty line parts from its table: nobody would miss it", () => {
    refused(
      `${markdown([ZOD])}\n${line(changed(0, "oss.lost"))}\n`,
      "OSS_REGISTER.md:9: found a row outside of any table",
    );
  });

  it("for two rows about the same thing, and for a purl that is none", () => {
    refused(markdown([ZOD, ZOD]), 'component_id: found "oss.zod" twice');
    refused(
      markdown([changed(2, "pkg:npm")]),
      'OSS_REGISTER.md: oss.zod: upstream_ref: found "pkg:npm", expected a purl',
    );
  });

  it("for more than 16 MiB", () => {
    refused(" ".repeat(16 * 1024 * 1024 + 1), "OSS_REGISTER.md: found more than 16 MiB, expected less");
  });
});
