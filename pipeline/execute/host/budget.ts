/** Something to run that takes a share of the machine. */
export interface Task<T> {
  readonly memoryBytes: number;
  run(): Promise<T>;
}

/**
 * Runs tasks in order, as many at a time as there are cores and as their memory fits; one that alone is beyond the budget runs
 * alone. When one fails no other is started, `onFailure` is called once, and the first error is thrown after all have ended.
 *
 * @returns the results in the order of the tasks, whenever they ended.
 */
export async function runWithin<T>(
  tasks: readonly Task<T>[],
  budget: { readonly cpus: number; readonly memoryBytes: number },
  onFailure: () => void,
): Promise<T[]> {
  const waiting = [...tasks.entries()];
  const results: T[] = [];
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let usedBytes = 0;

  const start = (index: number, task: Task<T>): void => {
    usedBytes += task.memoryBytes;
    const ended = task
      .run()
      .then(
        (result) => {
          results[index] = result;
        },
        (error: unknown) => {
          if (failures.push(error) === 1) onFailure();
          waiting.length = 0;
        },
      )
      .finally(() => {
        usedBytes -= task.memoryBytes;
        running.delete(ended);
      });
    running.add(ended);
  };
  const fits = ([, task]: readonly [number, Task<T>]): boolean =>
    running.size === 0 || (running.size < budget.cpus && usedBytes + task.memoryBytes <= budget.memoryBytes);

  while (waiting.length > 0 || running.size > 0) {
    for (let next = waiting.findIndex(fits); next >= 0; next = waiting.findIndex(fits)) {
      for (const [index, task] of waiting.splice(next, 1)) start(index, task);
    }
    await Promise.race(running);
  }
  if (failures.length > 0) throw failures[0];
  return results;
}
