/** What can go wrong, and the exit status the terminal reports for it (2: the caller must change something; 3: it could not be decided; 70: a bug of ours). */
export const ERROR_CODES = {
  USAGE_INVALID: 2,
  CONFIG_INVALID: 2,
  POLICY_INVALID: 2,
  WAIVERS_INVALID: 2,
  PIN_MISMATCH: 2,
  SOURCE_INVALID: 2,
  OUTPUT_INVALID: 2,
  ADVISORIES_INVALID: 2,
  TOOL_UNAVAILABLE: 3,
  DOCUMENT_INVALID: 3,
  LOCKFILE_INVALID: 3,
  SOURCE_CHANGED: 3,
  STORAGE_FAILED: 3,
  ENGINE_UNAVAILABLE: 3,
  NETWORK_FAILED: 3,
  SECRET_LEAKED: 70,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The gate could not decide. A failing verdict is a value, never a GateError.
 *
 * `message` stands alone: where, what was found, what was expected. `next` says what to do about it, in one sentence or command.
 */
export class GateError extends Error {
  override readonly name = "GateError";
  readonly code: ErrorCode;
  readonly next: string | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { next?: string } = {}) {
    super(message, options);
    this.code = code;
    this.next = options.next;
  }
}
