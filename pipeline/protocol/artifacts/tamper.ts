import { GateError } from "../../../schemas/error.ts";

/** A file that is not as it was written (D-13): which, and how one can see it. */
export interface Tampering {
  readonly code: "TAMPER_DETECTED";
  /** Relative to the folder that was checked. */
  readonly path: string;
  readonly message: string;
}

export function tampering(path: string, message: string): Tampering {
  return { code: "TAMPER_DETECTED", path, message };
}

/** The same as an error, where nothing can go on. */
export function tampered({ code, path, message }: Tampering, folder: string): GateError {
  return new GateError("DOCUMENT_INVALID", `${code}: ${folder}/${path}: ${message}`, {
    next: "supply-gate artifacts verify lists every file that was changed; get the results again from where they were made",
  });
}
