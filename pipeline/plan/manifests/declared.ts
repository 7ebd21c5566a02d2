import { z } from "zod";
import { GateError } from "../../../schemas/error.ts";
import { readValue } from "../../../schemas/read.ts";
import { parseJson } from "./json.ts";
import { parseToml } from "./toml.ts";

const MAX_DEPTH = 256;

const Names = z.record(z.string(), z.unknown()).default({});
const Lists = z.record(z.string(), z.array(z.unknown())).default({});
const Groups = z.record(z.string(), z.object({ dependencies: Names })).default({});

const PackageJson = z
  .object({ dependencies: Names, devDependencies: Names, optionalDependencies: Names, peerDependencies: Names })
  .transform((value): boolean => Object.values(value).some(isFilled));

const Crate = z.object({ dependencies: Names, "dev-dependencies": Names, "build-dependencies": Names });

const CargoToml = Crate.extend({
  target: z.record(z.string(), Crate).default({}),
  workspace: z.object({ dependencies: Names }).optional(),
}).transform(({ target, workspace, ...crate }): boolean =>
  [crate, ...Object.values(target), workspace ?? {}].some((part) => Object.values(part).some(isFilled)),
);

const PyprojectToml = z
  .object({
    project: z
      .object({
        dependencies: z.array(z.unknown()).default([]),
        "optional-dependencies": Lists,
        dynamic: z.array(z.string()).default([]),
      })
      .optional(),
    "dependency-groups": Lists,
    tool: z
      .object({
        poetry: z.object({ dependencies: Names, "dev-dependencies": Names, group: Groups }).optional(),
        pdm: z.object({ "dev-dependencies": Lists }).optional(),
        uv: z.object({ "dev-dependencies": z.array(z.unknown()).default([]) }).optional(),
      })
      .default({}),
  })
  .transform(({ project, tool, ...rest }): boolean | undefined => {
    const { python: _interpreter, ...poetry } = tool.poetry?.dependencies ?? {};
    const groups = Object.values(tool.poetry?.group ?? {}).map(({ dependencies }) => dependencies);
    const lists = [rest["dependency-groups"], project?.["optional-dependencies"], tool.pdm?.["dev-dependencies"]];
    const declared = [project?.dependencies, tool.uv?.["dev-dependencies"], poetry, tool.poetry?.["dev-dependencies"]];
    if ([...declared, ...groups, ...lists.flatMap((each) => Object.values(each ?? {}))].some(isFilled)) return true;
    // The build backend says which.
    return project?.dynamic.some((field) => /dependencies$/.test(field)) === true ? undefined : false;
  });

const SCHEMAS: ReadonlyMap<string, z.ZodType<boolean | undefined>> = new Map<string, z.ZodType<boolean | undefined>>([
  ["package.json", PackageJson],
  ["Cargo.toml", CargoToml],
  ["pyproject.toml", PyprojectToml],
]);

/** The manifests of which {@link declaresDependencies} can tell. */
export const CAN_TELL: ReadonlySet<string> = new Set(SCHEMAS.keys());

/**
 * Whether the text of a `package.json`, `Cargo.toml` or `pyproject.toml` declares a dependency; what only the build of the package
 * itself needs (`build-system`) doesn't count. Undefined where it can't be told: another manifest, a file that can't be read.
 */
export function declaresDependencies(manifest: string, text: string): boolean | undefined {
  const schema = SCHEMAS.get(manifest);
  if (schema === undefined) return undefined;
  try {
    const value = manifest.endsWith(".json") ? parseJson(manifest, text, MAX_DEPTH) : parseToml(manifest, text);
    return readValue(schema, value, manifest, "LOCKFILE_INVALID");
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

function isFilled(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
