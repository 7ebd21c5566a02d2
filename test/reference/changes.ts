/** One change of one field: the path that is changed, what is done there, and the document that comes of it. */
export interface Change {
  /** `/` between parts; positions in lists as `*`. */
  readonly field: string;
  readonly what: "dropped" | "added" | "another type" | "another word";
  readonly value: unknown;
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Every field of a document dropped, of another type, each text another one, and one added to each object: of lists the first two items, of equal fields the first few. */
export function* changesOf(document: unknown, most = 3): Generator<Change> {
  const seen = new Map<string, number>();
  for (const { at, value } of nodes(document as Json)) {
    const field = at.map((part) => (typeof part === "number" ? "*" : part)).join("/");
    const count = seen.get(field) ?? 0;
    seen.set(field, count + 1);
    if (count >= most) continue;
    if (at.length > 0) {
      yield { field, what: "another type", value: replaced(document as Json, at, otherType(value)) };
      if (typeof value === "string")
        yield { field, what: "another word", value: replaced(document as Json, at, "surprise") };
      if (typeof at.at(-1) === "string")
        yield { field, what: "dropped", value: replaced(document as Json, at, undefined) };
    }
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      yield { field, what: "added", value: replaced(document as Json, at, { ...value, surprise: 1 }) };
  }
}

/** The document with another value of the same type in one field, each field once. */
export function* otherValues(document: unknown): Generator<unknown> {
  for (const { at, value } of nodes(document as Json)) {
    if (typeof value === "number") yield replaced(document as Json, at, value + 1);
    else if (typeof value === "boolean") yield replaced(document as Json, at, !value);
    else if (typeof value === "string") yield replaced(document as Json, at, `${value} `);
  }
}

type Path = readonly (string | number)[];

function* nodes(value: Json, at: Path = []): Generator<{ at: Path; value: Json }> {
  yield { at, value };
  if (Array.isArray(value)) for (const [index, each] of value.slice(0, 2).entries()) yield* nodes(each, [...at, index]);
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) yield* nodes(each, [...at, key]);
}

/** Of no type that any field with this value could have. */
function otherType(value: Json): Json {
  return Array.isArray(value) || typeof value === "string" ? { surprise: true } : [["surprise"]];
}

function replaced(document: Json, at: Path, by: Json | undefined): Json {
  const [first, ...rest] = at;
  if (first === undefined) return by ?? null;
  if (Array.isArray(document))
    return document.map((each, index) => (index === first ? replaced(each, rest, by) : each));
  const object = document as { [key: string]: Json };
  if (rest.length === 0 && by === undefined) {
    const { [first]: _, ...others } = object;
    return others;
  }
  return { ...object, [first]: replaced(object[first] as Json, rest, by) };
}
