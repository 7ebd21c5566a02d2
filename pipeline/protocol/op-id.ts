import type { PlannedOperation } from "../../schemas/protocol/planned-operation.ts";
import { digestOf, uuidOf } from "../findings/digest.ts";

/** The id of an operation (K-30): derived from everything else in it, so that nobody can change a word of it and keep its name. */
export function opIdOf(content: Readonly<Omit<PlannedOperation, "op_id">>): string {
  return uuidOf(digestOf({ ...content, op_id: undefined }));
}
