import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Ran } from "../../pipeline/opinions/program.ts";
import { ROOT } from "../support/shared-data.ts";

const Recorded = z.strictObject({ status: z.int(), stdout: z.string(), stderr: z.string() });

/** What a tool answered when ci/capture/opinions.mjs asked it. */
export function recorded(name: string): Ran {
  return Recorded.parse(JSON.parse(readFileSync(join(ROOT, "fixtures/opinions", `${name}.json`), "utf8")));
}

/** Crates of the recorded lockfile that a registry has; `app` beside them is the project itself. */
export const CRATES = [
  { name: "atty", version: "0.2.14" },
  { name: "chrono", version: "0.4.19" },
  { name: "itoa", version: "1.0.11" },
  { name: "smallvec", version: "0.6.9" },
  { name: "time", version: "0.1.43" },
] as const;

/** The recorded Cargo.lock. */
export function cargoLock(crates: readonly { name: string; version: string }[] = CRATES): string {
  const source = "registry+https://github.com/rust-lang/crates.io-index";
  const entries = crates.map(
    ({ name, version }) => `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = "${source}"\n`,
  );
  return ["version = 3\n", '[[package]]\nname = "app"\nversion = "0.1.0"\n', ...entries].join("\n");
}

/** An OSV record of crates.io in RustSec's layout: what stands below `crates/<crate>/`. */
export function rustsecOf(record: {
  id: string;
  crate: string;
  aliases?: readonly string[];
  vector?: string;
  informational?: string;
  fixed?: string;
  title: string;
}): Record<string, string> {
  const { id, crate, aliases = [], vector, informational, fixed, title } = record;
  const lines = [
    ...["```toml", "[advisory]", `id = "${id}"`, `package = "${crate}"`, 'date = "2020-01-01"'],
    `aliases = ${JSON.stringify(aliases)}`,
    ...(vector === undefined ? [] : [`cvss = "${vector}"`]),
    ...(informational === undefined ? [] : [`informational = "${informational}"`]),
    ...["", "[versions]", `patched = ${JSON.stringify(fixed === undefined ? [] : [`>= ${fixed}`])}`, "```", ""],
    ...[`# ${title}`, "", "Made up.", ""],
  ];
  return { [`crates/${crate}/${id}.md`]: lines.join("\n") };
}
