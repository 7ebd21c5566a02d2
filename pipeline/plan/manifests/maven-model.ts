import { z } from "zod";
import { readValue } from "../../../schemas/read.ts";
import { childOf, childrenOf, type Element, parseXml } from "./xml.ts";

const Text = z.string().default("");

const Dependency = z.object({
  groupId: Text,
  artifactId: Text,
  version: Text,
  type: Text,
  classifier: Text,
  scope: Text,
  systemPath: Text,
});
/** A dependency as it is written: `${…}` is not filled in, what is not there is "". */
export type MavenDependency = z.infer<typeof Dependency>;

const Parent = z.object({
  groupId: z.string().min(1),
  artifactId: z.string().min(1),
  version: z.string().min(1),
  relativePath: Text,
});

const Head = z.object({ groupId: Text, artifactId: Text, version: Text, packaging: Text });

/** What a project or a profile of it declares. */
export interface MavenPart {
  readonly properties: ReadonlyMap<string, string>;
  readonly dependencies: readonly MavenDependency[];
  readonly managed: readonly MavenDependency[];
}

/** One `pom.xml`, without what it inherits but for its parent's group and version. */
export interface MavenProject extends z.infer<typeof Head>, MavenPart {
  readonly parent: z.infer<typeof Parent> | undefined;
  readonly profiles: readonly MavenPart[];
}

/** Reads a `pom.xml` at the edge. @throws GateError LOCKFILE_INVALID with the line */
export function mavenProjectOf(path: string, text: string): MavenProject {
  const root = parseXml(path, text, "project");
  const parent = childOf(root, "parent");
  const inherited = parent === undefined ? undefined : fieldsOf(Parent, path, parent);
  const head = fieldsOf(Head, path, root);
  return {
    ...head,
    groupId: head.groupId || (inherited?.groupId ?? ""),
    version: head.version || (inherited?.version ?? ""),
    ...partOf(path, root),
    parent: inherited,
    profiles: childrenOf(childOf(root, "profiles"), "profile").map((profile) => partOf(path, profile)),
  };
}

function partOf(path: string, element: Element): MavenPart {
  return {
    properties: new Map(childOf(element, "properties")?.children.map(({ name, text }) => [name, text])),
    dependencies: dependenciesOf(path, element),
    managed: dependenciesOf(path, childOf(element, "dependencyManagement")),
  };
}

function dependenciesOf(path: string, element: Element | undefined): MavenDependency[] {
  return childrenOf(childOf(element, "dependencies"), "dependency").map((each) => fieldsOf(Dependency, path, each));
}

/** The text of the children by their names. */
function fieldsOf<S extends z.ZodType>(schema: S, path: string, element: Element): z.output<S> {
  const fields = Object.fromEntries(element.children.map(({ name, text }) => [name, text]));
  return readValue(schema, fields, `${path}:${element.line}`, "LOCKFILE_INVALID");
}
