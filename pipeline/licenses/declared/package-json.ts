import { z } from "zod";
import { type Metadata, stated } from "./declared.ts";

const Manifest = z.looseObject({ license: z.unknown().optional(), licenses: z.unknown().optional() });

/** What `package.json` declares: `license`, and the older `licenses` and `{ type }`. Undefined when it is no JSON object. */
export function declaredInPackageJson(text: string): Metadata | undefined {
  const manifest = Manifest.safeParse(parsed(text));
  if (!manifest.success) return undefined;
  const { license, licenses } = manifest.data;
  const all = [
    ...statements(license, "package.json#license"),
    ...(Array.isArray(licenses) ? licenses : [licenses]).flatMap((each) => statements(each, "package.json#licenses")),
  ];
  const files = all.flatMap(({ raw }) => /^SEE LICEN[CS]E IN (?:\.\/)?(.+)$/i.exec(raw.trim())?.[1] ?? []);
  return { declared: all, licenseFiles: files };
}

function statements(value: unknown, from: string) {
  const type = typeof value === "object" && value !== null && "type" in value ? value.type : value;
  if (type === undefined || type === null || type === "") return [];
  return [stated(typeof type === "string" ? type : jsonOf(type), from)];
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    // The stack's end: reading takes any depth, writing doesn't.
    if (cause instanceof RangeError) return "a value nested too deep to be a licence";
    throw cause;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
