import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../pipeline/protocol/artifacts/store.ts";
import { makeTree } from "../../support/tree.ts";
import { FACTS, JOB, madeStore, sha256 } from "./made.ts";

const TEXT = '{"findings":[]}\n';

describe("an artifact store", () => {
  it("D-02 D-03 J-60: keeps payload and sidecar below L3 and the artifact's id", () => {
    const store = madeStore();
    const { artifact_id: id } = store.put({ bytes: TEXT }, FACTS);
    expect(readdirSync(store.folder)).toEqual(["L3"]);
    expect(readdirSync(join(store.folder, "L3"))).toEqual([id]);
    expect(readdirSync(join(store.folder, "L3", id)).sort()).toEqual(["artifact.json", "payload"]);
    expect(readFileSync(join(store.folder, "L3", id, "payload"), "utf8")).toBe(TEXT);
  });

  it("D-01 D-06 B-12: names the content by the SHA-256 of the payload's bytes, in lower-case hex", () => {
    const store = madeStore();
    const hash = sha256(TEXT);
    const handle = store.put({ bytes: TEXT }, FACTS);
    expect(handle).toEqual({
      artifact_id: handle.artifact_id,
      kind: "report",
      uri: `artifact://sha256/${hash}`,
      content_hash: hash,
      size_bytes: 16,
      classification: "medium",
      exportable: true,
    });
    expect(store.get(handle.artifact_id).artifact.hash_basis).toBe("bitwise:payload-bytes");
  });

  it("J-60: equal content with equal facts has one id, whenever it is stored; the first stays", () => {
    const store = madeStore();
    const first = store.put({ bytes: TEXT }, FACTS);
    const again = store.put({ bytes: TEXT }, { ...FACTS, createdAt: "2027-01-01T00:00:00.000Z" });
    expect(again).toEqual(first);
    expect(store.list().map(({ created_at: at }) => at)).toEqual([FACTS.createdAt]);
    const other = store.put({ bytes: TEXT }, { ...FACTS, createdByJobId: JOB });
    expect(other.artifact_id).not.toBe(first.artifact_id);
    expect(other.uri).toBe(first.uri);
  });

  it("J-59: a file is hashed as it is copied, and is the same artifact as its bytes", () => {
    const store = madeStore();
    const file = join(makeTree({ "report.json": TEXT }), "report.json");
    const stored = store.put({ file }, FACTS);
    writeFileSync(file, "something else");
    expect(store.put({ bytes: TEXT }, FACTS)).toEqual(stored);
    expect(readFileSync(store.get(stored.artifact_id).payload, "utf8")).toBe(TEXT);
  });

  it("D-06: a folder's hash is over its sorted index, and does not know modes or empty folders", () => {
    const index = [
      { path: "B", content_hash: sha256("2"), size_bytes: 1 },
      { path: "a/c", content_hash: sha256("1"), size_bytes: 1 },
    ];
    const canonical = JSON.stringify(
      index.map(({ content_hash, path, size_bytes }) => ({ content_hash, path, size_bytes })),
    );
    const store = madeStore();
    const folder = makeTree({ "a/c": "1", B: "2" });
    const first = store.put({ folder }, FACTS);
    mkdirSync(join(folder, "empty"));
    expect(store.put({ folder }, FACTS)).toEqual(first);
    expect(first).toMatchObject({ content_hash: sha256(canonical), size_bytes: 2 });
    const { artifact, payload } = store.get(first.artifact_id);
    expect(artifact.hash_basis).toBe("structural:sorted-index");
    expect([readFileSync(join(payload, "a/c"), "utf8"), readFileSync(join(payload, "B"), "utf8")]).toEqual(["1", "2"]);
  });

  it.each([
    ["a link", "a symbolic link"],
    ["a colon: in its name", "not the same on every system"],
  ])("D-07: refuses a folder with %s, and leaves nothing", (name, reason) => {
    const folder = makeTree({});
    if (name === "a link") symlinkSync("/etc/passwd", join(folder, name));
    else writeFileSync(join(folder, name), "");
    const store = madeStore();
    expect(() => store.put({ folder }, FACTS)).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED", message: expect.stringContaining(reason) }),
    );
    expect(readdirSync(join(store.folder, "L3"))).toEqual([]);
  });

  it("D-16: what was stored is listed by another that opens it, by id", () => {
    const store = madeStore("each");
    const ids = ["one", "two", "three"].map((bytes) => store.put({ bytes }, FACTS).artifact_id);
    const listed = openStore(store.folder, { fsync: "off" }).list();
    expect(listed.map(({ artifact_id: id }) => id)).toEqual(ids.sort());
  });

  it("a batch is seen by nobody before it is flushed, then by all", async () => {
    const store = madeStore("batch");
    const { artifact_id: id } = store.put({ bytes: TEXT }, FACTS);
    store.put({ bytes: TEXT }, FACTS);
    expect(store.list()).toEqual([]);
    expect(() => store.get(id)).toThrow(expect.objectContaining({ code: "USAGE_INVALID" }));
    await store.flush();
    expect(store.list().map(({ artifact_id }) => artifact_id)).toEqual([id]);
    expect(readdirSync(join(store.folder, "L3"))).toEqual([id]);
  });

  it("two that store the same at once leave it once, whole", async () => {
    const [one, other] = [madeStore("batch")].flatMap((store) => [store, openStore(store.folder, { fsync: "batch" })]);
    const folder = makeTree({ a: "1" });
    one?.put({ folder }, FACTS);
    const stored = other?.put({ folder }, FACTS);
    await one?.flush();
    await other?.flush();
    expect(one?.list().map(({ artifact_id: id }) => id)).toEqual([stored?.artifact_id]);
    expect(readdirSync(join(one?.folder ?? "", "L3"))).toEqual([stored?.artifact_id]);
  });

  it("D-20: what is classified high can be read by its owner alone", () => {
    const store = madeStore();
    const facts = { ...FACTS, classification: "high", retentionTtlDays: 30 } as const;
    const { artifact_id: id } = store.put({ bytes: TEXT }, facts);
    expect(statSync(store.get(id).payload).mode & 0o777).toBe(0o600);
  });

  it("D-13: what is stored already is verified before it is relied upon", () => {
    const store = madeStore();
    const { artifact_id: id } = store.put({ bytes: TEXT }, FACTS);
    writeFileSync(store.get(id).payload, "changed");
    const error = expect.objectContaining({ message: expect.stringMatching(/^TAMPER_DETECTED: .*\/payload: /) });
    expect(() => store.put({ bytes: TEXT }, FACTS)).toThrow(error);
    expect(() => store.get(id)).toThrow(error);
  });

  it("names the place where the file system refuses", () => {
    const folder = makeTree({ store: "a file" });
    const store = openStore(join(folder, "store"), { fsync: "off" });
    expect(() => store.put({ bytes: TEXT }, FACTS)).toThrow(
      expect.objectContaining({ code: "STORAGE_FAILED", message: expect.stringContaining("store") }),
    );
    expect(() => store.list()).toThrow(expect.objectContaining({ code: "STORAGE_FAILED" }));
  });

  it("D-14: a pin is kept in the sidecar, and does not change the artifact's id or age", () => {
    const store = madeStore();
    const { artifact_id: id } = store.put({ bytes: TEXT }, FACTS);
    const place = join(store.folder, "L3", id, "artifact.json");
    const before = readFileSync(place, "utf8");
    const { mtimeMs } = statSync(place);
    expect(store.pin(id, true)).toMatchObject({ artifact_id: id, pinned: true });
    expect(store.get(id).artifact.pinned).toBe(true);
    expect(statSync(place).mtimeMs).toBeCloseTo(mtimeMs, -1);
    store.pin(id, false);
    expect(readFileSync(place, "utf8")).toBe(before);
  });
});
