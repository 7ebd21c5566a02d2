import type { Outcome } from "./case.ts";

/** Commands that are attacked as a user would call them; each ends with its exit status or with a GateError. */
export interface Doors {
  /** `decide <results>`. */
  decideStored(results: string): Promise<number>;
  /** `decide <planned> --steps <steps> --source <source> --advisories <advisories> --to <to>`: the first decision, as engines make it. */
  decideSteps(folders: {
    planned: string;
    steps: string;
    source: string;
    advisories: string | undefined;
    to: string;
  }): Promise<number>;
}

/** A run's results after they were changed: repeated without a word, they count as forged. */
export function repeated(status: number): Outcome {
  return { status, noticed: "repeated", lost: ["changed results were repeated"], same: false };
}
