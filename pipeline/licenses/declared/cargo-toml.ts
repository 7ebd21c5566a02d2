import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { type Metadata, stated } from "./declared.ts";

const Manifest = z.looseObject({
  package: z.looseObject({ license: z.unknown().optional(), "license-file": z.unknown().optional() }).optional(),
});

/** What `Cargo.toml` declares: `license` and `license-file`. Undefined when it is no TOML. */
export function declaredInCargoToml(text: string): Metadata | undefined {
  const manifest = Manifest.safeParse(parsed(text));
  if (!manifest.success) return undefined;
  const { license, "license-file": file } = manifest.data.package ?? {};
  return {
    declared: typeof license === "string" ? [stated(license, "Cargo.toml#package.license")] : [],
    licenseFiles: typeof file === "string" ? [file.replace(/^\.\//, "")] : [],
  };
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxDepth: 64 });
  } catch (cause) {
    if (cause instanceof TomlError) return undefined;
    throw cause;
  }
}
