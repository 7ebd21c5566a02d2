import { createHash } from "node:crypto";
import { GateError } from "../../schemas/error.ts";

/** Text of a file that a policy names by its content. @throws GateError POLICY_INVALID when it has another digest */
export function pinnedText(
  { file, sha256 }: { readonly file: string; readonly sha256: string },
  load: (file: string) => string,
): string {
  const text = load(file);
  const found = createHash("sha256").update(text).digest("hex");
  if (found === sha256) return text;
  throw new GateError("POLICY_INVALID", `${file}: found sha256 ${found}, expected ${sha256}`, {
    next: "read what has changed in it, then name its new digest in the policy",
  });
}
