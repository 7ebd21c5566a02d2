import { type LicenseTree, readExpression } from "./spdx-expression.ts";

/**
 * Says whether whoever links against something under this licence must take GPL or AGPL terms: AND when one part is such, OR when every branch is.
 * Exceptions that allow linking lift it. A text that is no expression is not judged here.
 */
export function isStrongCopyleft(text: string): boolean {
  const tree = readExpression(text.trim());
  return "reason" in tree ? false : isStrong(tree);
}

function isStrong(tree: LicenseTree): boolean {
  if ("unit" in tree) return isStrongUnit(tree.unit);
  return tree.operator === "AND" ? tree.branches.some(isStrong) : tree.branches.every(isStrong);
}

function isStrongUnit(unit: string): boolean {
  const [license = "", exception] = unit.split(" WITH ");
  return /(?:^|-)a?gpl(?:-|\+|$)/i.test(license) && !(exception !== undefined && LINKING.has(exception));
}

/** Exceptions by which a program may be linked without taking the licence over. */
const LINKING: ReadonlySet<string> = new Set([
  "Classpath-exception-2.0",
  "CGAL-linking-exception",
  "eCos-exception-2.0",
  "erlang-otp-linking-exception",
  "FLTK-exception",
  "freertos-exception-2.0",
  "GCC-exception-2.0",
  "GCC-exception-2.0-note",
  "GCC-exception-3.1",
  "GNAT-exception",
  "GNU-compiler-exception",
  "GPL-3.0-linking-exception",
  "GPL-3.0-linking-source-exception",
  "Independent-modules-exception",
  "Libtool-exception",
  "mif-exception",
  "WxWindows-exception-3.1",
]);
