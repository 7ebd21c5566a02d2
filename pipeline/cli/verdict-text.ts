import type { Decision } from "../decide/decide.ts";
import { aliveText, coverageSentence, originText, splitSentence } from "../decide/summary.ts";
import { visible } from "../findings/visible.ts";
import type { World } from "./world.ts";

const MAX_BLOCKING = 20;

/** The end of a run on a terminal: the verdict, why, and the cheapest next step. */
export function verdictText({ verdict, findings, jobs }: Decision, out: string, colors: World["colors"]): string {
  const paint = { PASSED: colors.green, FAILED: colors.red, INCOMPLETE: colors.yellow }[verdict.verdict];
  const coverage = coverageSentence(jobs);
  const split = splitSentence(verdict.split);
  const origins = new Map(findings.map(({ id, origin }) => [id, origin]));
  const listed = findings.filter(({ effect }) => effect === "report").length;
  const waived = findings.filter(({ effect }) => effect === "waived").length;
  const also = [
    ...(verdict.blocking.length > 0 ? [`${verdict.blocking.length} blocking`] : []),
    ...(listed > 0 ? [`${listed} listed`] : []),
    ...(waived > 0 ? [`${waived} waived`] : []),
    ...(verdict.incomplete.length > 0
      ? [
          `${verdict.incomplete.length} ${verdict.incomplete.length === 1 ? "reason" : "reasons"} why it is not complete`,
        ]
      : []),
  ].join(", ");
  const isolated =
    verdict.isolation.kind === "none" ? colors.yellow("isolation: none") : `isolation: ${verdict.isolation.kind}`;
  return `${[
    "",
    `${paint(colors.bold(verdict.verdict))}  ${verdict.mode}, policy ${visible(verdict.policy.name)}${also === "" ? "" : `: ${also}`}`,
    "",
    ...verdict.jobs.map(({ kind, state, summary, tool, canaries }) => {
      const mark = {
        complete: colors.green("complete  "),
        incomplete: colors.yellow("incomplete"),
        "not-required": colors.dim("-         "),
      }[state];
      return `  ${kind.padEnd(18)} ${mark} ${tool === null ? "" : colors.dim(`${tool.name} ${tool.version}${aliveText(canaries)}  `)}${visible(summary)}`;
    }),
    "",
    ...verdict.blocking
      .slice(0, MAX_BLOCKING)
      .map(
        ({ id, severity, title, where }) =>
          `  ${colors.red("✗")} ${id}  ${severity}  ${visible(title)}${originText(origins.get(id))}\n      ${visible(where)}`,
      ),
    ...(verdict.blocking.length > MAX_BLOCKING
      ? [`  … and ${verdict.blocking.length - MAX_BLOCKING} more in summary.md`]
      : []),
    ...verdict.incomplete.map(
      ({ kind, message, next }) =>
        `  ${colors.yellow("?")} ${kind ?? "gate"}: ${visible(message)}${next === undefined ? "" : `\n      ${visible(next)}`}`,
    ),
    "",
    ...(split === "" ? [] : [`  whose fault: ${visible(split)}`]),
    ...(coverage === "" ? [] : [`  looked at: ${coverage}`]),
    `  ${isolated}, egress: ${verdict.isolation.egress}`,
    `  results: ${visible(out)}`,
    `  next: ${visible(verdict.next)}`,
  ].join("\n")}\n`;
}
