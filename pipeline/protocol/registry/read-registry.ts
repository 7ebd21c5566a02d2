import { GateError } from "../../../schemas/error.ts";
import { Registry } from "../../../schemas/protocol/registry.ts";
import { readYaml } from "../../../schemas/yaml.ts";

/**
 * Reads a registry, `mechanical_engines.json`: a closed JSON document in which no key stands twice at any depth, every inner id is its key,
 * every gate and capability is known, and every engine has a default budget within its maximum.
 * @throws GateError CONFIG_INVALID with line, column and place of everything that does not fit
 */
export function readRegistry(text: string, origin: string): Registry {
  refuseOtherThanJson(text, origin);
  return readYaml(Registry, text, origin, "CONFIG_INVALID");
}

/** The reader below knows lines and duplicate keys, and reads YAML too, which a registry is not written in. */
function refuseOtherThanJson(text: string, origin: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const message = `${origin}: found no JSON (${(cause as Error).message}), expected a registry as one JSON document`;
    throw new GateError("CONFIG_INVALID", message, { cause });
  }
}
