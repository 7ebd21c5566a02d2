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
  if (result.success) return result.data;
  const messages = result.error.issues.map((issue) => `${at(offsetOf(document, issue))}: ${explain(issue, schema)}`);
  throw new GateError(code, messages.join("; "), {
    cause: result.error,
    next: "correct the file; nothing was scanned",
  });
}

/** Deep nesting exhausts the parser's stack before it can say so. */
function refuseDepth(text: string, origin: string, code: ErrorCode): void {
  let depth = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > MAX_DEPTH) throw new GateError(code, `${origin}: nested deeper than ${MAX_DEPTH}`);
  }
}

type Issue = z.core.$ZodIssue;

function offsetOf(document: ReturnType<typeof parseDocument>, issue: Issue): number | undefined {
  const path: PropertyKey[] = [...issue.path];
  if (issue.code === "unrecognized_keys") {
    const holder = path.length === 0 ? document.contents : document.getIn(path, true);
    const items = (holder as { items?: { key: { value: unknown; range?: number[] } }[] } | null)?.items ?? [];
    const key = items.find(({ key }) => key.value === issue.keys[0]);
    if (key?.key.range !== undefined) return key.key.range[0];
  }
  for (;;) {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    const range = (node as { range?: number[] } | null | undefined)?.range;
    if (range !== undefined || path.length === 0) return range?.[0];
    path.pop();
  }
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
  let at: JsonSchema | undefined = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  for (const part of path) at = typeof part === "number" ? at?.items : at?.properties?.[String(part)];
  return Object.keys(at?.properties ?? {});
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}
