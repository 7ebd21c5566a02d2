import { z } from "zod";
import type { Waiver } from "../../schemas/waivers.ts";
import type { Compiled, ImportDefaults, Imported, Loss } from "./format.ts";
import { joined, placed, unsaid } from "./places.ts";
import { saidIn, statementOf } from "./statement.ts";
import { readToml, TomlDate, tomlString } from "./toml.ts";

/** osv-scanner.toml (2.4.0, pkg/osvscanner/internal/config): only what waivers are about. */
const OsvScannerToml = z.looseObject({
  IgnoredVulns: z
    .array(z.strictObject({ id: z.string().min(1), ignoreUntil: TomlDate.optional(), reason: z.string().optional() }))
    .optional(),
  PackageOverrides: z.array(z.looseObject({ name: z.string().optional() })).optional(),
});

/**
 * osv-scanner's own ignore file. It names an advisory and no package: an entry covers every package that has it, which is told as `broader`.
 * `ignoreUntil` is the first instant at which an entry counts no more.
 */
export function toOsvScannerToml(waivers: readonly Waiver[]): Compiled {
  const losses: Loss[] = [];
  const entries = waivers.flatMap((waiver, index) => {
    const id = waiver.what.vulnerability;
    if (id === undefined) {
      losses.push(unsaid(index, "osv-scanner's file speaks of vulnerabilities only"));
      return [];
    }
    losses.push({
      waiver: index,
      what: "broader",
      why: `${id} is ignored in every package, not only where the waiver says`,
    });
    const until = new Date(Date.parse(`${waiver.expires}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    return [
      [
        "[[IgnoredVulns]]",
        `id = ${tomlString(id)}`,
        `ignoreUntil = ${until}T00:00:00Z`,
        `reason = ${tomlString(statementOf(waiver))}`,
        "",
      ].join("\n"),
    ];
  });
  return { text: `# Made of a waiver file: supply-gate waivers compile osv-scanner\n${entries.join("\n")}`, losses };
}

/** Reads osv-scanner.toml. An override of a package ignores whatever it has, known or not: that is no waiver. */
export function fromOsvScannerToml(text: string, name: string, defaults: ImportDefaults): Imported {
  const { IgnoredVulns: ignored = [], PackageOverrides: overrides = [] } = readToml(OsvScannerToml, text, name);
  const read = ignored.map(({ id, ignoreUntil, reason = "" }, index) => {
    const expires = ignoreUntil === undefined ? defaults.expires : dayBefore(ignoreUntil);
    return placed({ what: { vulnerability: id }, ...saidIn(reason, defaults), expires }, id, index, defaults);
  });
  const left = overrides.map(
    (override): Loss => ({
      waiver: null,
      what: "not-read",
      why: `PackageOverrides of ${override.name ?? "every package"}: speaks of no advisory`,
    }),
  );
  return joined([...read, { waivers: [], losses: left }]);
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
