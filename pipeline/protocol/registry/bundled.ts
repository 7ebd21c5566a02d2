import { Registry } from "../../../schemas/protocol/registry.ts";
import { readValue } from "../../../schemas/read.ts";
import { digestOf } from "../../findings/digest.ts";
import engines from "./mechanical_engines.json" with { type: "json" };

/** The registry that is built into this program; its text, with what a bundler would not see (a key that stands twice), is read by a test. */
export const REGISTRY: Registry = readValue(Registry, engines, "mechanical_engines.json", "CONFIG_INVALID");

/** Digest of the registry as it was applied: part of every config hash. */
export const REGISTRY_SHA256: string = digestOf(REGISTRY);
