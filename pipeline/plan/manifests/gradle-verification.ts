import { z } from "zod";
import type { Lockfile } from "../../../schemas/lockfile.ts";
import { readValue } from "../../../schemas/read.ts";
import { type Found, type LockfileInput, lockfileInvalid, lockfileOf } from "./reader.ts";
import { childOf, childrenOf, parseXml } from "./xml.ts";

const Component = z.object({ group: z.string().min(1), name: z.string().min(1), version: z.string().min(1) });

/**
 * Reads `gradle/verification-metadata.xml`: every component whose files Gradle checks, build plugins and parents included. It says
 * nothing of what is for development only.
 *
 * @throws GateError LOCKFILE_INVALID
 */
export function readGradleVerification({ path, text }: LockfileInput): Lockfile {
  const root = parseXml(path, text, "verification-metadata");
  const components = childOf(root, "components");
  if (components === undefined) throw lockfileInvalid(path, "no <components>", "Gradle's verification metadata");
  const found: Found = { packages: [], gaps: [] };
  for (const { line, attributes } of childrenOf(components, "component")) {
    const { group, name, version } = readValue(Component, attributes, `${path}:${line}`, "LOCKFILE_INVALID");
    found.packages.push({ name: `${group}:${name}`, version, ecosystem: "Maven", dev: false, origin: "registry" });
  }
  return lockfileOf(path, "gradle-verification", found);
}
