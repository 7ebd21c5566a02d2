import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type LicensesCommandOptions, licensesCommand } from "../../pipeline/cli/licenses-command.ts";
import { thisWorld, type World } from "../../pipeline/cli/world.ts";
import type { LicenseFact } from "../../schemas/license-fact.ts";
import { type MadeEntry, tarGz } from "./made-archive.ts";

/** What the loopback server gives: bytes, or an answer of its own. */
export type Page = Buffer | string | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Loopback {
  readonly url: string;
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** By path; anything else is 404. More may be put in while it runs. */
  readonly pages: Record<string, Page>;
}

/** All registries in one, on the loopback, for the running test. */
export async function loopback(pages: Readonly<Record<string, Page>> = {}): Promise<Loopback> {
  const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
  const given: Record<string, Page> = { ...pages };
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push({ path, headers: request.headers });
    const page = Object.hasOwn(given, path) ? given[path] : undefined;
    if (typeof page === "function") page(request, response);
    else response.writeHead(page === undefined ? 404 : 200).end(page);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, pages: given };
}

/** Where a npm registry has version 1.0.0 of a package. */
export const placeOf = (name: string): string => `/${name}/-/${name.replace(/^.*\//, "")}-1.0.0.tgz`;

/** An npm package: its manifest, and more. */
export function packageOf(license: unknown, ...more: readonly MadeEntry[]): Buffer {
  return tarGz([{ name: "package/package.json", content: JSON.stringify({ license }) }, ...more]);
}

export function sriOf(archive: Buffer): string {
  return `sha512-${createHash("sha512").update(archive).digest("base64")}`;
}

export function hexOf(archive: Buffer | string): string {
  return createHash("sha256").update(archive).digest("hex");
}

/** A package-lock.json by which these archives are locked, each 1.0.0; `resolved` where they are said to be. */
export function lockOf(archives: Readonly<Record<string, Buffer>>, resolved?: string): string {
  const entries = Object.entries(archives).map(([name, archive]) => [
    `node_modules/${name}`,
    { version: "1.0.0", integrity: sriOf(archive), ...(resolved === undefined ? {} : { resolved }) },
  ]);
  return JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(entries) });
}

/** A machine without package managers: what isn't given by `--registry` is nowhere. */
export async function licenses(options: Partial<LicensesCommandOptions>, machine: Partial<World> = {}) {
  let text = "";
  const shown: string[] = [];
  const world = {
    ...thisWorld(new AbortController().signal, false),
    cwd: "/",
    env: { PATH: "/nowhere" },
    stdout: (piece: string) => {
      text += piece;
    },
    stderr: (piece: string) => void shown.push(piece),
    interactive: false,
    ...machine,
  };
  const status = await licensesCommand({ action: "fetch", scan: false, ...options }, world);
  return { status, text, shown };
}

export interface Answer {
  readonly had: number;
  readonly got: number;
  readonly missing: { readonly purl: string; readonly reason: string; readonly detail: string }[];
  readonly broken: { readonly message: string }[];
  readonly notScanned: string | null;
  readonly unknown: { readonly purl: string; readonly why: string }[];
}

/** `licenses fetch --json` on a tree: how it ended, what it said, and the facts that are there then. */
export async function fetched(
  tree: string,
  facts: string,
  options: Partial<LicensesCommandOptions> = {},
  machine: Partial<World> = {},
) {
  const { status, text } = await licenses({ path: tree, facts, json: true, ...options }, machine);
  return { status, said: JSON.parse(text) as Answer, facts: await factsIn(facts) };
}

export async function factsIn(folder: string): Promise<LicenseFact[]> {
  return JSON.parse((await licenses({ action: "list", facts: folder, json: true })).text);
}
