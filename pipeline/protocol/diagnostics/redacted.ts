/** The mark in the place of a removed text (K-02, D-18); `detector` is the rule that found it. */
export function redacted(detector: string): string {
  const category = CATEGORIES.find(([pattern]) => pattern.test(detector))?.[1] ?? "secret_token";
  return `[REDACTED:${category}:${detector.replaceAll(/[^A-Za-z0-9._-]/g, "-")}]`;
}

/** Text that may hold the terminal's old mark, with the one mark that is written. */
export function withOneMark(text: string): string {
  return text.replaceAll("***REDACTED***", "[REDACTED:secret_token:terminal]");
}

const CATEGORIES: readonly (readonly [RegExp, string])[] = [
  [/aws/i, "secret_aws"],
  [/private-key|pem/i, "secret_private_key"],
  [/password|passwd/i, "secret_password"],
  [/(db|database|postgres|mysql|mongodb|connection).*(url|string|uri)/i, "secret_db_url"],
  [/api-?key/i, "secret_api_key"],
];
