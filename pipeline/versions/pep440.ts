/** A version by PEP 440, as the parts that its order is made of. */
interface Pep440 {
  readonly epoch: number;
  readonly release: readonly number[];
  readonly pre: readonly [letter: number, number: number];
  readonly post: number;
  readonly dev: number;
  readonly local: readonly (string | number)[] | undefined;
}

/** The order of two versions by PEP 440 ("Summary of permitted suffixes and relative ordering"); undefined when one is none. */
export function comparePep440(a: string, b: string): -1 | 0 | 1 | undefined {
  const [one, other] = [parse(a), parse(b)];
  if (one === undefined || other === undefined) return undefined;
  const steps = [
    one.epoch - other.epoch,
    compareLists(one.release, other.release),
    compareLists(one.pre, other.pre),
    one.post - other.post,
    one.dev - other.dev,
    compareLocal(one.local, other.local),
  ];
  const first = steps.find((step) => step !== 0 && !Number.isNaN(step)) ?? 0;
  return first === 0 ? 0 : first < 0 ? -1 : 1;
}

const PATTERN =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:(?:-(\d+))|(?:[-_.]?(post|rev|r)[-_.]?(\d*)))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/i;

const LETTERS: Readonly<Record<string, number>> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 };

/** A final release stands above its pre-releases, and a development release without one below them. */
const [NO_PRE, ONLY_DEV] = [3, -1];

function parse(text: string): Pep440 | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, epoch, release = "", letter, number, implicit, post, postNumber, dev, devNumber, local] = match;
  const isPost = implicit !== undefined || post !== undefined;
  const onlyDev = letter === undefined && !isPost && dev !== undefined;
  return {
    epoch: Number(epoch ?? 0),
    release: release.split(".").map(Number),
    pre:
      letter === undefined
        ? [onlyDev ? ONLY_DEV : NO_PRE, 0]
        : [LETTERS[letter.toLowerCase()] as number, Number(number || 0)],
    post: isPost ? Number(implicit ?? (postNumber || 0)) : -1,
    dev: dev === undefined ? Number.MAX_SAFE_INTEGER : Number(devNumber || 0),
    local: local
      ?.toLowerCase()
      .split(/[-_.]/)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

/** Missing parts count as nought: `1.0` is `1.0.0`. */
function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const step = (a[index] ?? 0) - (b[index] ?? 0);
    if (step !== 0) return step;
  }
  return 0;
}

/** None is below any; numbers stand above words; of two with the same beginning the longer one is above. */
function compareLocal(a: Pep440["local"], b: Pep440["local"]): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (typeof part !== typeof other) return typeof part === "number" ? 1 : -1;
    return part < other ? -1 : 1;
  }
  return a.length - b.length;
}
