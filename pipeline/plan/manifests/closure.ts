/** Everything that the roots lead to, themselves included. */
export function closureOf(roots: Iterable<string>, edgesOf: (key: string) => readonly string[]): Set<string> {
  const reached = new Set(roots);
  // A set is walked in order of insertion, additions during the walk included.
  for (const key of reached) for (const next of edgesOf(key)) reached.add(next);
  return reached;
}
