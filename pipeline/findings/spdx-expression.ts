import exceptions from "spdx-exceptions/index.json" with { type: "json" };
import deprecated from "spdx-license-ids/deprecated.json" with { type: "json" };
import current from "spdx-license-ids/index.json" with { type: "json" };

/** A licence expression as a tree. A unit is one licence with its `+` and its exception: what a list can name. */
export type LicenseTree =
  | { readonly unit: string }
  | { readonly operator: "AND" | "OR"; readonly branches: readonly LicenseTree[] };

/** Why a text is no licence expression. */
export interface NoExpression {
  readonly reason: string;
}

const MAX_BYTES = 4096;
const MAX_DEPTH = 100;

/**
 * Reads an SPDX licence expression (SPDX 2.3, annex D), strictly: nothing is guessed.
 *
 * Ids come out in their canonical spelling (the specification compares them without case), deprecated ones as the ids that replaced them.
 * An exception that is on no list stays as it is written: such a unit is only itself, as is an exception without a licence, which scancode also writes. Our own parser, because `spdx-expression-parse` 5.0.0
 * refuses `WITH LicenseRef-…` and twelve listed exceptions that scancode writes, and skips characters that it does not know inside of ids.
 */
export function readExpression(text: string): LicenseTree | NoExpression {
  if (Buffer.byteLength(text) > MAX_BYTES) return { reason: `longer than ${MAX_BYTES} bytes` };
  const tokens = text.match(/[A-Za-z0-9.-]+|[()+:]|[^\s]|\s+/gu) ?? [];
  try {
    return new Parser(tokens).read();
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: error.message };
    throw error;
  }
}

/** The expression of a tree; `OR` below `AND` is put in parentheses. */
export function expressionOf(tree: LicenseTree): string {
  if ("unit" in tree) return tree.unit;
  const inner = (branch: LicenseTree): string =>
    tree.operator === "AND" && "operator" in branch && branch.operator === "OR"
      ? `(${expressionOf(branch)})`
      : expressionOf(branch);
  return tree.branches.map(inner).join(` ${tree.operator} `);
}

/** The licences that an expression joins by AND at its top; a text that is no expression is its own only part. */
export function conjunctsOf(text: string): string[] {
  const tree = readExpression(text);
  if ("reason" in tree) return [text];
  return "operator" in tree && tree.operator === "AND"
    ? [...new Set(tree.branches.map(expressionOf))]
    : [expressionOf(tree)];
}

/** The canonical spelling of a listed licence id, whatever its case. */
export function canonicalId(word: string): string | undefined {
  return IDS.get(word.toLowerCase());
}

/** Every id of the SPDX list, deprecated ones too. */
export const LICENSE_IDS: readonly string[] = [...current, ...deprecated];

const IDS = new Map(LICENSE_IDS.map((id) => [id.toLowerCase(), id]));
const EXCEPTIONS = new Map(exceptions.map((id) => [id.toLowerCase(), id]));

/** Deprecated ids that say the same as a current one; any other deprecated id is only itself. */
const REPLACED: ReadonlyMap<string, string> = new Map([
  ["BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views"],
  ["BSD-2-Clause-NetBSD", "BSD-2-Clause"],
  ["StandardML-NJ", "SMLNJ"],
  ["bzip2-1.0.5", "bzip2-1.0.6"],
  ["eCos-2.0", "GPL-2.0-or-later WITH eCos-exception-2.0"],
]);

/** `GPL-2.0-with-classpath-exception` and its like: the licence, and the exception it names. */
const EXCEPTION_IDS: ReadonlyMap<string, readonly [license: string, exception: string]> = new Map([
  ["GPL-2.0-with-GCC-exception", ["GPL-2.0", "GCC-exception-2.0"]],
  ["GPL-2.0-with-autoconf-exception", ["GPL-2.0", "Autoconf-exception-2.0"]],
  ["GPL-2.0-with-bison-exception", ["GPL-2.0", "Bison-exception-2.2"]],
  ["GPL-2.0-with-classpath-exception", ["GPL-2.0", "Classpath-exception-2.0"]],
  ["GPL-2.0-with-font-exception", ["GPL-2.0", "Font-exception-2.0"]],
  ["GPL-3.0-with-GCC-exception", ["GPL-3.0", "GCC-exception-3.1"]],
  ["GPL-3.0-with-autoconf-exception", ["GPL-3.0", "Autoconf-exception-3.0"]],
]);

/** The GNU ids that once left open whether later versions count. */
const OPEN_GNU = /^(?:AGPL-[13]\.0|GFDL-1\.[123]|GPL-[123]\.0|LGPL-(?:2\.[01]|3\.0))$/;

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  read(): LicenseTree {
    const tree = this.#chain("OR");
    const rest = this.#next();
    if (rest !== undefined) throw new SyntaxError(`found "${rest}" after the end of the expression`);
    return tree;
  }

  #chain(operator: "AND" | "OR"): LicenseTree {
    const part = () => (operator === "OR" ? this.#chain("AND") : this.#atom());
    const branches = [part()];
    while (this.#take(operator)) branches.push(part());
    return branches.length === 1
      ? (branches[0] as LicenseTree)
      : { operator, branches: branches.flatMap((branch) => flat(branch, operator)) };
  }

  #atom(): LicenseTree {
    if (!this.#take("(")) return { unit: this.#unit() };
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH}`);
    const tree = this.#chain("OR");
    if (!this.#take(")")) throw new SyntaxError('a "(" is not closed');
    this.#depth--;
    return tree;
  }

  #unit(): string {
    const word = this.#next();
    if (word === undefined) throw new SyntaxError("a licence id is missing at the end");
    const license = this.#reference(word) ?? canonicalId(word) ?? EXCEPTIONS.get(word.toLowerCase());
    if (license === undefined) throw new SyntaxError(`"${word}" is no SPDX licence id`);
    // Only a `+` that touches the id belongs to it.
    const plus = canonicalId(word) !== undefined && this.#tokens[this.#at] === "+" && this.#take("+");
    return unitOf(license, plus, this.#take("WITH") ? this.#exception() : undefined);
  }

  #exception(): string {
    const word = this.#next();
    if (word === undefined || !/^[A-Za-z0-9]/.test(word)) throw new SyntaxError("an exception is missing after WITH");
    return this.#reference(word) ?? EXCEPTIONS.get(word.toLowerCase()) ?? word;
  }

  /** `LicenseRef-x`, `AdditionRef-x`, or either of them behind `DocumentRef-y:`. */
  #reference(word: string): string | undefined {
    if (/^(?:LicenseRef|AdditionRef)-./.test(word)) return word;
    if (!/^DocumentRef-./.test(word)) return undefined;
    const inner = this.#take(":") ? this.#next() : undefined;
    if (inner === undefined || !/^(?:LicenseRef|AdditionRef)-./.test(inner))
      throw new SyntaxError(`"${word}" names no LicenseRef`);
    return `${word}:${inner}`;
  }

  #next(): string | undefined {
    this.#skipSpace();
    const token = this.#tokens[this.#at];
    if (token !== undefined) this.#at++;
    return token;
  }

  #take(word: string): boolean {
    this.#skipSpace();
    if (this.#tokens[this.#at]?.toUpperCase() !== word) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (/^\s/.test(this.#tokens[this.#at] ?? "")) this.#at++;
  }
}

function flat(branch: LicenseTree, operator: "AND" | "OR"): readonly LicenseTree[] {
  return "operator" in branch && branch.operator === operator ? branch.branches : [branch];
}

function unitOf(license: string, plus: boolean, exception: string | undefined): string {
  const [base, own] = EXCEPTION_IDS.get(license) ?? [license, undefined];
  if (own !== undefined && exception !== undefined) throw new SyntaxError(`"${license}" has an exception already`);
  const replaced = REPLACED.get(base);
  const id = OPEN_GNU.test(base) ? `${base}-${plus ? "or-later" : "only"}` : `${replaced ?? base}${plus ? "+" : ""}`;
  if (replaced?.includes(" ") && (plus || exception !== undefined))
    throw new SyntaxError(`"${license}" can't be extended`);
  const added = own ?? exception;
  return added === undefined ? id : `${id} WITH ${added}`;
}
