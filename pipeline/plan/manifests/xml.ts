import { parseXml as parse, XmlElement, XmlError, XmlText } from "@rgrove/parse-xml";
import { lockfileInvalid } from "./reader.ts";

/** An element, its name without namespace prefix. `line` counts from 1. */
export interface Element {
  readonly name: string;
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Its own text, without white space at the ends. */
  readonly text: string;
}

/**
 * XML text to its root element, which must have this name.
 *
 * Nothing that the document defines is expanded and nothing is fetched: a reference to an entity that XML doesn't know by itself
 * (HTML's names in old `pom.xml` files) becomes U+FFFD.
 * @throws GateError LOCKFILE_INVALID with the line
 */
export function parseXml(path: string, text: string, root: string): Element {
  if (text.replace(/^\uFEFF/, "").trim() === "") throw lockfileInvalid(path, "an empty file", "an XML document");
  const element = treeOf(path, text);
  if (element.name === root) return element;
  throw lockfileInvalid(`${path}:${element.line}`, `<${element.name}>`, `<${root}>`);
}

/** The direct children of this name. */
export function childrenOf(element: Element | undefined, name: string): Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The first direct child of this name. */
export function childOf(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((child) => child.name === name);
}

function treeOf(path: string, text: string): Element {
  try {
    const { root } = parse(text, { includeOffsets: true, resolveUndefinedEntity: () => "\uFFFD" });
    if (root === null) throw lockfileInvalid(path, "no element", "an XML document");
    return elementOf(root, lineCounter(text));
  } catch (cause) {
    if (cause instanceof XmlError) {
      const reason = cause.message.split(" (line ", 1)[0] ?? "";
      throw lockfileInvalid(`${path}:${cause.line}`, `broken XML (${reason})`, "an XML document", cause);
    }
    // The parser and the walk go one call deeper with each level.
    if (cause instanceof RangeError) throw lockfileInvalid(path, "nesting without end", "an XML document", cause);
    throw cause;
  }
}

function elementOf(element: XmlElement, lineOf: (offset: number) => number): Element {
  const line = lineOf(element.start);
  const texts = element.children.filter((child) => child instanceof XmlText).map((child) => child.text);
  const children = element.children.filter((child) => child instanceof XmlElement);
  return {
    name: element.name.slice(element.name.indexOf(":") + 1),
    line,
    attributes: Object.fromEntries(Object.entries(element.attributes)),
    children: children.map((child) => elementOf(child, lineOf)),
    text: texts.join("").trim(),
  };
}

/** For offsets that only ever grow. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) if (text.charCodeAt(at) === LINE_FEED) line++;
    return line;
  };
}

const LINE_FEED = 10;
