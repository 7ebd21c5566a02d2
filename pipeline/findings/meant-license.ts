import { canonicalId } from "./spdx-expression.ts";

/** The listed licence, or the choice of several, that words such as `Apache License, Version 2.0` mean; for people, never an answer by itself. */
export function meantLicense(stated: string): string | undefined {
  const parts = stated
    .slice(0, 200)
    .split(/\s*\/\s*|\s*,(?!\s*v(?:ersion\s+)?\.?\d)\s*/i)
    .map((part) => spelt(part));
  return parts.every((part) => part !== undefined) ? parts.join(" OR ") : undefined;
}

function spelt(part: string): string | undefined {
  const [, name] = /^\(?(?:the\s+)?(.*?)(?:\s+licen[cs]e)?\)?$/i.exec(part.trim()) ?? [];
  const joined = (name ?? "")
    .replace(/\s+licen[cs]e\b/gi, "")
    .replace(/,?\s+v(?:ersion\s+)?\.?(?=\d)/gi, " ")
    .replace(/\s+/g, "-");
  return canonicalId(joined) ?? canonicalId(`${joined}.0`);
}
