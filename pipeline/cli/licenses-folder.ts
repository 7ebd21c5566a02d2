import { GateError } from "../../schemas/error.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { visible } from "../findings/visible.ts";
import { sealed } from "../licenses/fact.ts";
import { fetchArchives } from "../licenses/fetch-facts.ts";
import { factOf, factTextAt, findFact, placesIn, writeFact } from "../licenses/store.ts";
import type { LicensesCommandOptions } from "./licenses-command.ts";
import { fetchWorld, wantedOf } from "./licenses-fetch.ts";
import { openScreen } from "./screen.ts";
import type { World } from "./world.ts";

/** `licenses list`: one line a fact, or all of them as JSON. @throws GateError DOCUMENT_INVALID */
export function listFacts(folder: string, json: boolean, world: World): number {
  const facts = placesIn(folder).facts.map((place) => factOf(factTextAt(folder, place), place));
  facts.sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const lines = facts.map(({ purl, declared, files }) => {
    const detected = [...new Set(files.flatMap((file) => file.detected ?? []))].sort();
    const said = declared.map(({ raw }) => raw.split("\n", 1)[0]).join(" | ");
    return visible(`${purl}  declared: ${said || "nothing"}  detected: ${detected.join(" | ") || "nothing"}`);
  });
  world.stdout(json ? `${JSON.stringify(facts, null, 2)}\n` : [...lines, `${facts.length} facts`, ""].join("\n"));
  return 0;
}

/** `licenses verify`: every fact against its schema, digest and place; with `online` the archives of a tree again. 3 when one is wrong. */
export async function verifyFacts(
  options: LicensesCommandOptions & { readonly facts: string },
  world: World,
): Promise<number> {
  const { facts, strangers } = placesIn(options.facts);
  const wrong = strangers.map((place) => `${place}: no fact`);
  for (const place of facts) {
    try {
      factOf(factTextAt(options.facts, place), place);
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      wrong.push(error.message);
    }
  }
  if (options.online === true && wrong.length === 0) wrong.push(...(await compared(options, world)));
  for (const line of wrong) world.stdout(`${visible(line)}\n`);
  world.stdout(`${facts.length} facts, ${wrong.length} wrong\n`);
  return wrong.length === 0 ? 0 : 3;
}

async function compared(options: LicensesCommandOptions & { readonly facts: string }, world: World): Promise<string[]> {
  const screen = openScreen(world, false);
  try {
    const { wanted } = wantedOf(options, world);
    const known = wanted.filter((each) => findFact(options.facts, each) !== undefined);
    const { got, missing } = await fetchArchives(known, await fetchWorld(known, options, world, screen));
    const other = got.flatMap(({ purl, archive, declared, files }) => {
      const fact = findFact(options.facts, { purl, anyOf: [archive.locked] });
      const now = JSON.stringify([archive.sha256, declared, files.map(({ path, sha256 }) => [path, sha256])]);
      const then = JSON.stringify([fact?.archive.sha256, fact?.declared, fact?.files.map((f) => [f.path, f.sha256])]);
      return fact === undefined || now === then ? [] : [`${purl}: the archive says something else than the fact`];
    });
    return [...other, ...missing.map(({ purl, reason, detail }) => `${purl}: ${reason}: ${detail}`)];
  } finally {
    screen.close();
  }
}

/** `licenses export`: copies every fact, verified, to another folder. @throws GateError DOCUMENT_INVALID */
export function exportFacts(from: string, to: string, world: World): number {
  world.stdout(`${copied(from, to)} facts exported\n`);
  return 0;
}

/** `licenses import`: takes over the facts of another folder, all or none. @throws GateError DOCUMENT_INVALID */
export function importFacts(to: string, from: string, world: World): number {
  world.stdout(`${copied(from, to)} facts imported\n`);
  return 0;
}

/**
 * All are read before any is written. A fact that another one contradicts is refused: two archives can't have one hash. One that a scanner read
 * takes the place of one that none read.
 */
function copied(from: string, to: string): number {
  const { facts, strangers } = placesIn(from);
  if (strangers[0] !== undefined || facts.length === 0) {
    throw new GateError(
      "DOCUMENT_INVALID",
      `${visible(strangers[0] ?? from)}: found no fact, expected a folder of facts`,
      {
        next: "name a folder that supply-gate licenses export wrote",
      },
    );
  }
  const read = facts.map((place) => factOf(factTextAt(from, place), place));
  const fresh = read.filter((fact) => {
    const known = findFact(to, { purl: fact.purl, anyOf: [fact.archive.locked] });
    if (known === undefined || known.digest === fact.digest) return known === undefined;
    if (unread(known).digest === fact.digest) return false;
    if (unread(fact).digest === known.digest) return true;
    throw new GateError(
      "DOCUMENT_INVALID",
      `${fact.purl}: found two facts about one archive that differ, expected one`,
      {
        next: "remove the wrong one, or fetch it again: supply-gate licenses verify --online",
      },
    );
  });
  for (const fact of fresh) writeFact(to, fact);
  return read.length;
}

/** The fact as it was before a scanner looked. */
function unread({ digest: _digest, ...content }: LicenseFact): LicenseFact {
  return sealed({ ...content, files: content.files.map((file) => ({ ...file, detected: null })), scanner: null });
}
