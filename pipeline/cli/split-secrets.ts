import type { KindId } from "../../schemas/common.ts";
import type { Evidence } from "../../schemas/evidence.ts";
import type { Inventory } from "../../schemas/inventory.ts";
import { secretKey } from "../kinds/secret_scan/history.ts";
import { secretScan } from "../kinds/secret_scan/index.ts";
import type { SecretReport } from "../kinds/secret_scan/reader.ts";
import { plainTextOf } from "../tree/plain-text.ts";
import { readSourceFile } from "../tree/source-file.ts";

type Secret = SecretReport["secrets"][number];

/** One tree with what secret_scan says of it; `root` is null where only the results are left. */
export interface SecretSide {
  readonly root: string | null;
  readonly inventory: Inventory;
  readonly evidence: ReadonlyMap<KindId, Evidence>;
}

/** Secrets by their place in the evidence's list; `base` is null for what only the history of base holds. */
export interface SameSecret {
  readonly head: number;
  readonly base: number | null;
}

/**
 * Which secrets of head base has too: the same rule and the same text in the same file, each of base's for one of head's. Where a tree is
 * no longer there, only a file that did not change tells that.
 * @param inBase commits that base stands on: what one of them brought is not head's
 */
export function sameSecrets(head: SecretSide, base: SecretSide, inBase: (commit: string) => boolean): SameSecret[] {
  const ownKey = head.root === null || base.root === null ? byContent : byText;
  const left = new Map<string, number[]>();
  for (const [index, key] of keysOf(base, ownKey).entries())
    if (key !== null) left.set(key, [...(left.get(key) ?? []), index]);
  const secrets = secretsOf(head);
  return keysOf(head, ownKey).flatMap((key, index): SameSecret[] => {
    const before = key === null ? undefined : left.get(key)?.shift();
    if (before !== undefined) return [{ head: index, base: before }];
    const { commit } = secrets[index] as Secret;
    return commit !== undefined && inBase(commit) ? [{ head: index, base: null }] : [];
  });
}

/** Whether any secret stands in a commit only. */
export function hasPastSecrets({ evidence }: Pick<SecretSide, "evidence">): boolean {
  return secretsOf({ evidence }).some(({ commit }) => commit !== undefined);
}

function secretsOf({ evidence }: Pick<SecretSide, "evidence">): readonly Secret[] {
  const report = evidence.get("secret_scan")?.report ?? null;
  return report === null ? [] : secretScan.read(report).secrets;
}

type KeyOf = (secret: Secret, side: SecretSide, textOf: (path: string) => Buffer | null) => string | null;

/** Keys are made of secrets: they must not leave the process. */
function keysOf(side: SecretSide, ownKey: KeyOf): (string | null)[] {
  const textOf = textsOf(side);
  return secretsOf(side).map((secret) => {
    const { ruleId, path, commit, startLine, startColumn, endLine, endColumn } = secret;
    if (secret.inName) return JSON.stringify(["name", ruleId, path]);
    // A commit never changes.
    if (commit !== undefined) {
      return JSON.stringify(["commit", commit, ruleId, path, startLine, startColumn, endLine, endColumn]);
    }
    return ownKey(secret, side, textOf);
  });
}

const byText: KeyOf = (secret, _side, textOf) => {
  const text = textOf(secret.path);
  return text === null ? null : secretKey(secret.ruleId, secret.path, text, secret);
};

const byContent: KeyOf = ({ ruleId, path, startLine, startColumn, endLine, endColumn }, { inventory }) => {
  const sha256 = inventory.files.find((file) => file.path === path)?.sha256;
  return sha256 === undefined
    ? null
    : JSON.stringify([sha256, ruleId, path, startLine, startColumn, endLine, endColumn]);
};

/** Texts of a tree's files as they were scanned, the last one kept: secrets come sorted by path. */
function textsOf({ root, inventory }: SecretSide): (path: string) => Buffer | null {
  const files = new Map(inventory.files.map((file) => [file.path, file]));
  let last: { path: string; text: Buffer | null } | undefined;
  return (path) => {
    if (last?.path === path) return last.text;
    const file = files.get(path);
    const text = root === null || file === undefined ? null : plainTextOf(readSourceFile(root, file));
    last = { path, text };
    return text;
  };
}
