import type { BuiltIn, Policy } from "../../schemas/policy.ts";
import { OBSERVE } from "./observe.ts";
import { RECOMMENDED } from "./recommended.ts";
import { STRICT } from "./strict.ts";

/** The policies that come with the gate, by name. */
export const BUILT_IN: Readonly<Record<BuiltIn, Policy>> = {
  recommended: RECOMMENDED,
  strict: STRICT,
  observe: OBSERVE,
};
