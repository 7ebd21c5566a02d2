import { z } from "zod";
import type { Waiver } from "../../schemas/waivers.ts";
import type { Compiled, ImportDefaults, Imported, Loss } from "./format.ts";
import { joined, packageIn, placed, unsaid, withPlace } from "./places.ts";
import { saidIn, statementOf } from "./statement.ts";
import { readToml, tomlString } from "./toml.ts";

const Ignored = z.union([
  z.string(),
  z.looseObject({ id: z.string().optional(), crate: z.string().optional(), reason: z.string().optional() }),
]);
const Exception = z.looseObject({
  allow: z.array(z.string()),
  crate: z.string().optional(),
  name: z.string().optional(),
});

/** deny.toml (cargo-deny 0.20): only what waivers are about. */
const DenyToml = z.looseObject({
  advisories: z.looseObject({ ignore: z.array(Ignored).optional() }).optional(),
  licenses: z.looseObject({ exceptions: z.array(Exception).optional() }).optional(),
});

/**
 * cargo-deny's exceptions: advisories by RUSTSEC id, licences by crate and version. It has no date, so nothing in it ever ends: told as
 * `broader`; an advisory's id names one crate, in whatever version.
 */
export function toDenyToml(waivers: readonly Waiver[]): Compiled {
  const losses: Loss[] = [];
  const ignored: string[] = [];
  const exceptions: string[] = [];
  for (const [index, waiver] of waivers.entries()) {
    const { vulnerability, license } = waiver.what;
    const crate = packageIn(waiver.where?.purl, "cargo");
    if (vulnerability?.startsWith("RUSTSEC-")) {
      ignored.push(`    { id = ${tomlString(vulnerability)}, reason = ${tomlString(statementOf(waiver))} },\n`);
      losses.push({ waiver: index, what: "broader", why: `${vulnerability} is ignored in every version, for ever` });
    } else if (license !== undefined && license !== "NOASSERTION" && crate !== undefined) {
      exceptions.push(
        `    { allow = [${tomlString(license)}], crate = ${tomlString(`${crate.name}@=${crate.version}`)} },\n`,
      );
      losses.push({
        waiver: index,
        what: "broader",
        why: `${license} is allowed for ${crate.name} ${crate.version} for ever, and who said so is not told`,
      });
    } else {
      losses.push(
        unsaid(index, "cargo-deny's file speaks of RUSTSEC advisories, and of known licences of crates in one version"),
      );
    }
  }
  const list = (entries: readonly string[]) => (entries.length === 0 ? "[]" : `[\n${entries.join("")}]`);
  const text = `# Made of a waiver file: supply-gate waivers compile cargo-deny\n[advisories]\nignore = ${list(ignored)}\n\n[licenses]\nexceptions = ${list(exceptions)}\n`;
  return { text, losses };
}

/** Reads deny.toml's exceptions; they have no end there: `expires` of the defaults is theirs. */
export function fromDenyToml(text: string, name: string, defaults: ImportDefaults): Imported {
  const { advisories, licenses } = readToml(DenyToml, text, name);
  const { expires } = defaults;
  const ignored = (advisories?.ignore ?? []).map((entry, index): Imported => {
    const { id, reason = "" } = typeof entry === "string" ? { id: entry } : entry;
    if (id !== undefined) {
      return placed({ what: { vulnerability: id }, ...saidIn(reason, defaults), expires }, id, index, defaults);
    }
    return { waivers: [], losses: [{ waiver: index, what: "not-read", why: "a yanked crate is no advisory here" }] };
  });
  const excepted = (licenses?.exceptions ?? []).map(({ allow, crate, name: only }, index): Imported => {
    const [, exact, version] = /^([^@]+)@=([^\s,]+)$/.exec(crate ?? only ?? "") ?? [];
    if (exact === undefined || version === undefined) {
      const why = `an exception for ${crate ?? only ?? "no crate"} names no single version`;
      return { waivers: [], losses: [{ waiver: index, what: "not-read", why }] };
    }
    const purl = `pkg:cargo/${encodeURIComponent(exact)}@${encodeURIComponent(version)}`;
    const said = saidIn(`an exception in ${name}`, defaults);
    return {
      waivers: allow.map((license) => withPlace({ what: { license }, ...said, expires }, { purl })),
      losses: [],
    };
  });
  return joined([...ignored, ...excepted]);
}
