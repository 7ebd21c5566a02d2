import { type Case, type Tried, tryCase } from "./case.ts";

/**
 * Tries all cases, one after the other.
 * @param tell is called after each with how many are done
 * @throws whatever aborted `signal`
 */
export async function tryAll(
  cases: readonly Case[],
  signal: AbortSignal,
  tell: (done: number) => void,
): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const each of cases) {
    signal.throwIfAborted();
    tried.push(await tryCase(each));
    // What was cut short says nothing about the gate.
    signal.throwIfAborted();
    tell(tried.length);
  }
  return tried;
}
