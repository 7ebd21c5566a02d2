import { LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import { type ErrorCode, GateError } from "./error.ts";
import { nearest } from "./nearest.ts";

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;

/**
 * Reads a YAML (or JSON) document that a person writes: closed schema, no aliases, no tags, no duplicate keys, at most 1 MiB.
 * @throws GateError `code` whose message gives line and column, and for a misspelt word the nearest known one.
 */
export function readYaml<S extends z.ZodType>(schema: S, text: string, origin: string, code: ErrorCode): z.output<S> {
  return readPlacedYaml(schema, text, origin, code).value;
}

/** A value with the places that its parts have in the text. */
export interface Placed<T> {
  readonly value: T;
  /** `policy.yaml:14:3` of a part of the value; of the next one around it where it stands nowhere. */
  at(path: readonly PropertyKey[]): string;
}

/** As `readYaml`, for who has more to say about parts of the value. @throws GateError as `readYaml` */
export function readPlacedYaml<S extends z.ZodType>(
  schema: S,
  text: string,
  origin: string,
  code: ErrorCode,
): Placed<z.output<S>> {
  if (Buffer.byteLength(text) > MAX_BYTES) throw new GateError(code, `${origin}: found more than 1 MiB, expected less`);
  refuseDepth(text, origin, code);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true, prettyErrors: false });
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${origin}:${line}:${col}`;
  };
  const broken = document.errors[0] ?? document.warnings[0];
  if (broken !== undefined) throw new GateError(code, `${at(broken.pos[0])}: ${broken.message}`, { cause: broken });
  visit(document, {
    Alias: (_key, node) => {
      throw new GateError(code, `${at(node.range?.[0])}: found an alias, expected plain values`);
    },
  });
  const result = schema.safeParse(document.toJS({ maxAliasCount: 0 }), { reportInput: true });
  if (result.success) return { value: result.data, at: (path) => at(placeOf(document, path)) };
  const issues = result.error.issues.flatMap(meantIssues);
  const messages = issues.map((issue) => `${at(offsetOf(document, issue))}: ${explain(issue, schema)}`);
  throw new GateError(code, messages.join("; "), {
    cause: result.error,
    next: "correct the file; nothing was scanned",
  });
}

/** Deep nesting exhausts the parser's stack, and 200 kB of `- - - …` its memory, before it can say so. */
function refuseDepth(text: string, origin: string, code: ErrorCode): void {
  let depth = 0;
  for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
    for (const character of line) {
      if (character === "[" || character === "{") depth++;
      else if (character === "]" || character === "}") depth--;
      if (depth > MAX_DEPTH) break;
    }
    if (depth > MAX_DEPTH || blockDepth(line) > MAX_DEPTH) {
      throw new GateError(code, `${origin}:${index + 1}: nested deeper than ${MAX_DEPTH}`);
    }
  }
}

/** How many blocks a line may lie in and begin, at most: each takes a blank of indentation, or an indicator of its own. */
function blockDepth(line: string): number {
  const indentation = line.length - line.trimStart().length;
  if (line[indentation] === "#") return 0;
  return Math.max(Math.floor(indentation / 4), line.match(/[-?:](?=\s|$)/g)?.length ?? 0);
}

type Issue = z.core.$ZodIssue;

function offsetOf(document: ReturnType<typeof parseDocument>, issue: Issue): number | undefined {
  if (issue.code === "unrecognized_keys") {
    const holder = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
    const items = (holder as { items?: { key: { value: unknown; range?: number[] } }[] } | null)?.items ?? [];
    const key = items.find(({ key }) => key.value === issue.keys[0]);
    if (key?.key.range !== undefined) return key.key.range[0];
  }
  return placeOf(document, issue.path);
}

function placeOf(document: ReturnType<typeof parseDocument>, whole: readonly PropertyKey[]): number | undefined {
  const path = [...whole];
  for (;;) {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    const range = (node as { range?: number[] } | null | undefined)?.range;
    if (range !== undefined || path.length === 0) return range?.[0];
    path.pop();
  }
}

/** Of a choice between forms the issues of that form which was meant: the one that the value's own type fits, else the one that lists its words. */
function meantIssues(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const atTop = (form: readonly Issue[], codes: readonly string[]) =>
    form.some(({ code, path }) => path.length === 0 && codes.includes(code));
  const meant =
    issue.errors.find((form) => !atTop(form, ["invalid_type", "invalid_value"])) ??
    issue.errors.find((form) => atTop(form, ["invalid_value"]));
  if (meant === undefined) return [issue];
  return meant.flatMap((inner) => meantIssues({ ...inner, path: [...issue.path, ...inner.path] }));
}

function explain(issue: Issue, schema: z.ZodType): string {
  const where = issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
  if (issue.code === "invalid_value") {
    const found = JSON.stringify(issue.input);
    return `${where}found ${found ?? "another value"}, expected one of ${issue.values.map(String).join(", ")}${hint(issue.input, issue.values.map(String))}`;
  }
  if (issue.code === "unrecognized_keys") {
    return `${where}unknown key "${issue.keys.join('", "')}"${hint(issue.keys[0], keysAt(schema, issue.path))}`;
  }
  return `${where}${issue.message}`;
}

function hint(found: unknown, known: readonly string[]): string {
  const meant = typeof found === "string" ? nearest(found, known) : undefined;
  return meant === undefined ? "" : `; did you mean "${meant}"?`;
}

/** The keys that the schema knows at a path, through its published form: JSON Schema. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let forms = formsOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);
  for (const part of path) {
    const below = forms.flatMap(
      (form) => (typeof part === "number" ? form.items : form.properties?.[String(part)]) ?? [],
    );
    forms = below.flatMap(formsOf);
  }
  return forms.flatMap(({ properties, propertyNames }) => [
    ...Object.keys(properties ?? {}),
    ...(propertyNames?.enum ?? []),
  ]);
}

function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf?.flatMap(formsOf) ?? [schema];
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
}
