import { type Decision, type DecisionInput, decide } from "../decide/decide.ts";
import { judgeAfter } from "../protocol/gates/judge.ts";
import { type JobDocument, jobDocuments } from "./job-documents.ts";
import { type JobResult, jobResults } from "./results.ts";

/** A decision with what each job leaves, as the gates leave it. */
export interface Conclusion {
  readonly input: DecisionInput;
  readonly decision: Decision;
  readonly left: readonly JobDocument[];
  readonly results: readonly JobResult[];
}

/**
 * Decides, and judges each job's result by the six gates (protocol C-12). A result that they deny does not count: its job is incomplete then, and
 * that is decided on once more.
 */
export function conclude(input: DecisionInput): Conclusion {
  const first = concludeWith(input);
  // What was denied before has no result that could count.
  const ran = first.results.filter(({ result }) => result.status !== "denied");
  const denials = ran.flatMap((each) => judgeAfter(each).denials);
  return denials.length === 0 ? first : concludeWith({ ...input, deniedAfter: denials });
}

function concludeWith(input: DecisionInput): Conclusion {
  const decision = decide(input);
  const left = jobDocuments(input, decision);
  return { input, decision, left, results: jobResults(input, decision, left) };
}
