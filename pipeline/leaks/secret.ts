/** A secret that a run found, in memory only: never written, never part of a message. */
export interface Secret {
  readonly ruleId: string;
  /** The secret as it stands in the source, or as it is after decoding. */
  readonly bytes: Buffer;
}

/** The same secrets without those that are there twice, in the order of their first place. */
export function distinctSecrets(secrets: readonly Secret[]): Secret[] {
  const byText = new Map<string, Secret>();
  for (const secret of secrets) {
    const text = secret.bytes.toString("latin1");
    if (!byText.has(text)) byText.set(text, secret);
  }
  return [...byText.values()];
}
