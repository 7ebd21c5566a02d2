/**
 * A name as a tool writes it that may have lost bytes: Go and Python put U+FFFD for what is no UTF-8, so that several files have one name.
 * Every file of such a name is also staged under another: what is said of this one is said there.
 */
export function isLossyName(name: string): boolean {
  return name.includes("\ufffd");
}
