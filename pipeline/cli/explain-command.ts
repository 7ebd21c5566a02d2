import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { KindId } from "../../schemas/common.ts";
import { GateError } from "../../schemas/error.ts";
import { JudgedFinding } from "../../schemas/finding.ts";
import { readJson } from "../../schemas/read.ts";
import { visible } from "../findings/visible.ts";
import type { World } from "./world.ts";

const Report = z.object({ findings: z.object({ items: z.array(JudgedFinding) }) });

/** `supply-gate explain`: one finding of an earlier run in full. @throws GateError USAGE_INVALID when there is none of that id */
export async function explainCommand(
  options: { readonly finding: string; readonly out: string },
  world: World,
): Promise<number> {
  const out = resolve(world.cwd, options.out);
  if (!existsSync(join(out, "verdict.json"))) {
    throw new GateError("USAGE_INVALID", `${options.out}: no results of a run`, {
      next: "supply-gate run ., or name the folder with --out",
    });
  }
  const findings = KindId.options.flatMap((kind) => {
    const path = join(out, "reports", `${kind}.json`);
    return existsSync(path) ? readJson(Report, readFileSync(path, "utf8"), `reports/${kind}.json`).findings.items : [];
  });
  const found = findings.find(({ id }) => id === options.finding);
  if (found === undefined) {
    throw new GateError(
      "USAGE_INVALID",
      `${options.finding}: no such finding among ${findings.length} in ${options.out}`,
      {
        next: `see ${options.out}/summary.md for the ids`,
      },
    );
  }
  world.stdout(explanation(found, world.colors));
  return 0;
}

function explanation(finding: JudgedFinding, colors: World["colors"]): string {
  const places = finding.locations.map(({ path, startLine, startColumn, commit }) => {
    const place = [path, startLine, startColumn].filter((part) => part !== undefined).join(":");
    return commit === undefined ? place : `${place} in commit ${commit}`;
  });
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["what", `${finding.ruleId}: ${finding.title}`],
    [
      "severity",
      finding.severitySource === undefined ? finding.severity : `${finding.severity} (${finding.severitySource})`,
    ],
    ["component", finding.purl],
    ["scope", finding.scope],
    ["where", places.join("\n            ") || undefined],
    ["aliases", finding.aliases?.join(", ")],
    ["fixed in", finding.fixedIn?.join(", ") || undefined],
    ["detail", finding.detail],
    ["see", finding.references?.join(" ")],
    ["effect", finding.effect],
    ["because", finding.because],
    ["next", finding.next],
  ];
  const lines = rows.flatMap(([name, text]) =>
    text === undefined ? [] : [`  ${colors.dim(name.padEnd(10))}${text.split("\n").map(visible).join("\n")}`],
  );
  return `${colors.bold(finding.id)}\n${lines.join("\n")}\n`;
}
