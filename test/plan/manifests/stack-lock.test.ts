import { describe, expect, it } from "vitest";
import { gapsOf, invalidAt, packagesOf, readLockfile } from "../../support/lockfile.ts";

describe("stack.yaml.lock", () => {
  const read = (text: string) => readLockfile("stack.yaml.lock", text);
  const snapshots = "snapshots:\n- completed: {size: 1, url: x, sha256: '0'}\n  original: lts-19.14\n";

  it("reads packages beyond the snapshot, which is a gap", () => {
    const text = `packages:
- completed: {hackage: 'a-b2-1.2.3@sha256:00,1'}
  original: {hackage: a-b2-1.2.3}
- completed: {git: 'https://u:t@example.invalid/g.git', commit: '01', name: g, version: 0.1}
  original: {git: x}
- completed: {url: 'https://example.invalid/u.tar.gz', name: u, version: '2'}
  original: {url: x}
${snapshots}- completed: {url: x}
  original: {url: 'https://example.invalid/s.yaml?a'}
`;
    expect(packagesOf(read(text))).toEqual(["a-b2@1.2.3", "g@0.1 git", "u@2 url"]);
    expect(gapsOf(read(text))).toEqual([
      "git-dependency g: https://example.invalid/g.git#01",
      "transitive-unknown https://example.invalid/s.yaml: the packages of the snapshot are listed only there",
      "transitive-unknown lts-19.14: the packages of the snapshot are listed only there",
      "url-dependency u: https://example.invalid/u.tar.gz",
    ]);
    expect(read(`packages: []\n${snapshots}`).packages).toEqual([]);
    expect(read(`packages:\n${snapshots}`).packages).toEqual([]);
  });

  it.each([
    "",
    "packages: []\n",
    snapshots,
    `packages:\n- completed: {hackage: a}\n${snapshots}`,
    `packages:\n- completed: {name: a}\n${snapshots}`,
    `packages:\n- completed: {git: a}\n${snapshots}`,
  ])("refuses %j", (text) => {
    expect(() => read(text)).toThrow(invalidAt("stack.yaml.lock: "));
  });
});
