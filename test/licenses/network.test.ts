import { describe, expect, it } from "vitest";
import { makeTree } from "../support/tree.ts";
import { fetched, licenses, lockOf, loopback, type Page, packageOf, placeOf } from "./loopback.ts";

const made = packageOf("MIT");
const away =
  (location: string): Page =>
  (_request, response) =>
    void response.writeHead(302, { location }).end();

/** How a fetch of the package `made` ends where its registry answers like this. */
async function ended(page: Page | undefined, resolved?: string, archive = made) {
  const server = await loopback(page === undefined ? {} : { [placeOf("made")]: page });
  const tree = makeTree({ "package-lock.json": lockOf({ made: archive }, resolved) });
  const { status, said, facts } = await fetched(tree, makeTree({}), { registry: [`npm=${server.url}`] });
  const [missing] = said.missing;
  const told = missing === undefined ? undefined : `${missing.reason}: ${missing.detail}`.replaceAll(server.url, "");
  return { status, told, facts, asked: server.asked };
}

describe("what a registry answers", () => {
  it.each<[string, Page | undefined, string]>([
    [
      "another archive",
      packageOf("ISC"),
      `hash-mismatch: ${packageOf("ISC").length} bytes that don't have the locked sha512`,
    ],
    ["nothing at all", "", "hash-mismatch: 0 bytes that don't have the locked sha512"],
    ["404", undefined, "not-found: /made/-/made-1.0.0.tgz: status 404"],
    [
      "a redirect to plain http elsewhere",
      away("http://r.invalid/x"),
      "network: /made/-/made-1.0.0.tgz: found the address http://r.invalid, expected https and a host's name",
    ],
    [
      "a redirect to a private address",
      away("https://10.0.0.1/x"),
      "network: /made/-/made-1.0.0.tgz: found the address https://10.0.0.1, expected https and a host's name",
    ],
    [
      "a redirect to another port of the loopback",
      away("http://127.0.0.1:1/x"),
      "network: /made/-/made-1.0.0.tgz: found the address http://127.0.0.1:1, expected https and a host's name",
    ],
    [
      "a redirect to a file",
      away("file:///etc/passwd"),
      "network: /made/-/made-1.0.0.tgz: found the address null, expected https and a host's name",
    ],
    ["a redirect to itself", away(placeOf("made")), "network: /made/-/made-1.0.0.tgz: more than 5 redirects"],
  ])("%s is no fact, and told", async (_what, page, told) => {
    const end = await ended(page);
    expect([end.status, end.told, end.facts]).toEqual([3, told, []]);
  });

  it("a redirect within the registry is followed", async () => {
    const server = await loopback({ [placeOf("made")]: away("/store/made"), "/store/made": made });
    const tree = makeTree({ "package-lock.json": lockOf({ made }) });
    expect((await fetched(tree, makeTree({}), { registry: [`npm=${server.url}`] })).status).toBe(0);
  });

  it("no credential is ever sent, wherever one lies", async () => {
    const server = await loopback({ [placeOf("made")]: made });
    const rc = `registry=${server.url}\n_authToken=made-up\n//127.0.0.1/:_authToken=made-up\n`;
    const tree = makeTree({ "package-lock.json": lockOf({ made }), ".npmrc": rc });
    const env = {
      NPM_TOKEN: "made-up",
      NODE_AUTH_TOKEN: "made-up",
      npm_config__authToken: "made-up",
      HOME: makeTree({ ".npmrc": rc }),
    };
    const { status } = await licenses({ path: tree, facts: makeTree({}), registry: [`npm=${server.url}`] }, { env });
    expect([status, server.asked.length]).toEqual([0, 1]);
    const { headers } = server.asked[0] ?? {};
    expect(Object.keys(headers ?? {}).filter((name) => /auth|cookie|token/.test(name))).toEqual([]);
    expect(JSON.stringify(headers)).not.toContain("made-up");
  });
});

describe("where a lockfile says that an archive is", () => {
  it("counts only where the registry has none, and never leads onto this machine", async () => {
    const inner = await loopback({ "/made.tgz": made });
    const end = await ended(undefined, `${inner.url}/made.tgz`);
    expect([end.status, end.facts, inner.asked]).toEqual([3, [], []]);
    expect(end.told).toBe(
      `network: ${inner.url}/made.tgz: found the address ${inner.url}, expected https and a host's name`,
    );
    expect((await ended(made, `${inner.url}/made.tgz`)).status).toBe(0);
    expect(inner.asked).toEqual([]);
  });

  it("is on the loopback only when the caller configured that registry", async () => {
    const server = await loopback({ "/made.tgz": made });
    const tree = makeTree({ "package-lock.json": lockOf({ made }, `${server.url}/made.tgz`) });
    const { status, said } = await fetched(tree, makeTree({}));
    expect([status, said.missing[0]?.reason, server.asked]).toEqual([3, "network", []]);
    expect((await fetched(tree, makeTree({}), { registry: [`npm=${server.url}`] })).status).toBe(0);
  });

  it("the tree's own settings name no registry", async () => {
    const server = await loopback({ [placeOf("made")]: made });
    const tree = makeTree({ "package-lock.json": lockOf({ made }), ".npmrc": `registry=${server.url}\n` });
    const { status, said } = await fetched(tree, makeTree({}));
    expect([status, said.missing[0]?.detail, server.asked]).toEqual([3, "no npm registry is configured", []]);
  });
});
