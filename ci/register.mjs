// Brings docs/OSS_REGISTER.yaml in line with package-lock.json and pipeline/pins/tools.json, and renders docs/OSS_REGISTER.md:
// rows of dead components go, missing ones are added with the facts that the package itself states; what people wrote in a row stays.
//   node ci/register.mjs          writes both files
//   node ci/register.mjs --check  writes nothing, ends 1 when they would change
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";

const YAML_PATH = "docs/OSS_REGISTER.yaml";
const MARKDOWN_PATH = "docs/OSS_REGISTER.md";
const HEAD =
  "# Third-party components of supply-gate (protocol A-50 to A-58). Made by ci/register.mjs; what people write in a row stays.\n";
const COLUMNS = [
  "component_id",
  "name",
  "upstream_ref",
  "license",
  "integration_mode_default",
  "capabilities_required",
  "pinning_policy",
  "compliance_notes",
  "test_fixture",
  "used_by_modules",
];

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const tools = JSON.parse(readFileSync("pipeline/pins/tools.json", "utf8")).tools;
const known = existsSync(YAML_PATH) ? parse(readFileSync(YAML_PATH, "utf8")).components : [];
const rows = [...Object.entries(tools).map(toolRow), ...packageRows()].sort((a, b) =>
  a.component_id < b.component_id ? -1 : 1,
);
const kept = rows.map((row) => known.find(({ component_id: id }) => id === row.component_id) ?? row);
const yaml = `${HEAD}${stringify({ schemaVersion: "supply-gate/register-1", components: kept }, { lineWidth: 0 })}`;
const changed = [write(YAML_PATH, yaml), write(MARKDOWN_PATH, markdown(kept))].some(Boolean);
if (changed && process.argv.includes("--check")) {
  console.error(
    `${YAML_PATH}: not in line with package-lock.json and tools.json: run node ci/register.mjs and fill in the new rows`,
  );
  process.exitCode = 1;
}

function toolRow([name, { license }]) {
  return {
    component_id: `oss.${name.replaceAll(/[^a-z0-9]/g, "")}`,
    name,
    upstream_ref: tools[name].homepage ?? `pkg:generic/${name}`,
    license,
    integration_mode_default: "external_process",
    capabilities_required: ["fs.read:inputs", "fs.write:artifacts", `proc.exec:${name}`],
    pinning_policy: "exact version and digests in pipeline/pins/tools.json; version and bytes checked before each run",
    compliance_notes: "run as a program, not shipped",
    test_fixture: "fixtures/kinds",
    used_by_modules: ["pipeline/kinds"],
  };
}

/** One row a package name: what is installed in several versions is still one component. */
function packageRows() {
  const names = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === "" || entry.dev === true) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    names.set(name, [...(names.get(name) ?? []), path]);
  }
  return [...names].map(([name, paths]) => packageRow(name, paths));
}

function packageRow(name, paths) {
  const direct = lock.packages[""].dependencies[name] !== undefined;
  return {
    component_id: `oss.npm.${name.replaceAll(/[^a-z0-9]+/g, "_").replace(/^_/, "")}`,
    name,
    upstream_ref: `pkg:npm/${name.replace("@", "%40")}`,
    license: [...new Set(paths.map((path) => licenseOf(path)))].sort().join(" AND "),
    integration_mode_default: "embedded_lib",
    capabilities_required: [],
    pinning_policy: "exact version and integrity in package-lock.json",
    compliance_notes: "notice kept in the package",
    test_fixture: direct ? "test" : "tests of the packages that need it",
    used_by_modules: direct ? roomsThatImport(name) : dependentsOf(name),
  };
}

function roomsThatImport(name) {
  const rooms = new Set();
  for (const root of ["pipeline", "schemas"])
    for (const path of readdirSync(root, { recursive: true })) {
      if (!path.endsWith(".ts") || /^(sdk|dist)\b|node_modules/.test(path)) continue;
      const text = readFileSync(`${root}/${path}`, "utf8");
      if (text.includes(`"${name}"`) || text.includes(`"${name}/`))
        rooms.add(path.includes("/") && root === "pipeline" ? `pipeline/${path.split("/")[0]}` : root);
    }
  return [...rooms].sort();
}

function dependentsOf(name) {
  const needs = ([, { dependencies, optionalDependencies, peerDependencies }]) =>
    [dependencies, optionalDependencies, peerDependencies].some((list) => list?.[name] !== undefined);
  const shipped = Object.entries(lock.packages).filter(([path, entry]) => path !== "" && entry.dev !== true);
  const paths = shipped.filter(needs).map(([path]) => path.slice(path.lastIndexOf("node_modules/") + 13));
  return [...new Set(paths)].sort();
}

/** As the lockfile has it; old packages have a list of their own. */
function licenseOf(path) {
  if (typeof lock.packages[path].license === "string") return lock.packages[path].license;
  const { licenses } = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
  return licenses?.map(({ type }) => type).join(" OR ") ?? "";
}

function markdown(components) {
  const lines = components.map((row) => `| ${COLUMNS.map((column) => cell(row[column])).join(" | ")} |`);
  return [
    "# Register of third-party components",
    "",
    `Made from [OSS_REGISTER.yaml](OSS_REGISTER.yaml) by \`node ci/register.mjs\`: ${components.length} components, the ten columns of protocol A-51.`,
    "",
    `| ${COLUMNS.join(" | ")} |`,
    `|${COLUMNS.map(() => " --- ").join("|")}|`,
    ...lines,
    "",
  ].join("\n");
}

function cell(value) {
  return (Array.isArray(value) ? value.join(", ") : value).replaceAll("|", "\\|") || "none";
}

function write(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false;
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  return true;
}
