import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { joinBytes } from "../../../pipeline/execute/host/path-bytes.ts";
import { stage } from "../../../pipeline/execute/host/staging.ts";
import { landmarksOf } from "../../../pipeline/tree/landmarks.ts";
import { stagedWindows } from "../../../pipeline/tree/windows.ts";
import type { StagedCopy, Staging, Step } from "../../../schemas/step.ts";

let root: string;
let source: string;
let dir: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "stage-")));
  source = join(root, "source");
  dir = join(root, "scan");
  mkdirSync(source);
  mkdirSync(dir);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function step(staging: Partial<Staging>): Step {
  return {
    id: "secret_scan",
    tool: "gitleaks",
    argv: ["{tool}/gitleaks"],
    cwd: "{scan}",
    env: {},
    version: { argv: ["{tool}/gitleaks"], pattern: "(.*)" },
    staging: { copies: [], files: {}, extracts: {}, advisories: false, ...staging },
    limits: { wallMs: 1, cpuMs: 1, memoryBytes: 1, outputBytes: 1 },
    exits: {},
    errorLines: [],
    outputs: [],
    sensitive: false,
  };
}
function copyOf(path: string, content: string | Buffer, more: Partial<StagedCopy> = {}): StagedCopy {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { source: { path }, sha256, to: path, transform: "none", ...more };
}
const put = (path: string, content: string | Buffer): void => {
  mkdirSync(join(source, path, ".."), { recursive: true });
  writeFileSync(join(source, path), content);
};
const staged = (name: string): Buffer => readFileSync(join(dir, "staged", name));
const stageCopies = (...copies: StagedCopy[]): void => stage(step({ copies }), { source }, dir, "copies-only");
const code = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("copies", () => {
  it("are the planned bytes under their staged names, and configuration beside them", () => {
    put("a/b.txt", "text\r\n");
    const copies = [copyOf("a/b.txt", "text\r\n", { to: "000001/b.txt" })];
    stage(step({ copies, files: { "x/gitleaks.toml": "[extend]\n" } }), { source }, dir, "copies-only");
    expect(staged("000001/b.txt").toString()).toBe("text\r\n");
    expect(readFileSync(join(dir, "config/x/gitleaks.toml"), "utf8")).toBe("[extend]\n");
    expect(statSync(join(dir, "staged/000001/b.txt")).mode & 0o777).toBe(0o644);
    expect(existsSync(join(dir, "tree"))).toBe(false);
  });

  it.skipIf(process.platform !== "linux")(
    "are found by bytes that are no UTF-8 (Linux: macOS refuses such names)",
    () => {
      const name = Buffer.from([0x61, 0xff, 0x0a, 0x62]);
      writeFileSync(joinBytes(source, name), "x");
      const path = { path: "a\\xff\nb", pathBytes: name.toString("base64") };
      stageCopies(copyOf("?", "x", { source: path, to: "1" }));
      expect(staged("1").toString()).toBe("x");
    },
  );

  it("are in windows what the whole is after its transform, under names that say where each begins", () => {
    const text = Buffer.from("lorem ipsum dolor\n".repeat(100_000));
    const windows = landmarksOf(text);
    put("a.js", text);
    put("wide", Buffer.from(`\ufeff${text}`, "utf16le"));
    stageCopies(
      copyOf("a.js", text, { to: "000001@/a.js", windows }),
      copyOf("wide", readFileSync(join(source, "wide")), { to: "2@/w", transform: "utf-16-to-utf-8", windows }),
    );
    for (const to of ["000001@/a.js", "2@/w"]) {
      for (const { name, content } of stagedWindows(to, text)) expect(staged(name).equals(content)).toBe(true);
    }
    expect(readdirSync(join(dir, "staged"))).toHaveLength(2 * stagedWindows("1@/a", text).length);
    put("a.js", Buffer.concat([text, Buffer.from("x")]));
    dir = join(root, "again");
    const changed = () => stageCopies(copyOf("a.js", text, { to: "000001@/a.js", windows }));
    expect(changed).toThrow(code("SOURCE_CHANGED", /a\.js/));
  });

  it("C-14: are UTF-8 when they were UTF-16 of either order, also across pieces", () => {
    const text = `é😀\n${"ab😀".repeat(400_000)}`;
    const little = Buffer.from(`\ufeff${text}`, "utf16le");
    const big = Buffer.from(little).swap16();
    put("le", little);
    put("be", big);
    const transform = "utf-16-to-utf-8";
    stageCopies(copyOf("le", little, { transform }), copyOf("be", big, { transform }));
    expect(staged("le").equals(Buffer.from(text))).toBe(true);
    expect(staged("be").equals(Buffer.from(text))).toBe(true);
  });

  it("are UTF-8 when they were UTF-16 without a mark, as the inventory took them", () => {
    const text = "const answer = 42; // plain text of some length\n";
    for (const content of [Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16()]) {
      put("wide", content);
      rmSync(join(dir, "staged"), { recursive: true, force: true });
      stageCopies(copyOf("wide", content, { transform: "utf-16-to-utf-8" }));
      expect(staged("wide").toString()).toBe(text);
    }
  });

  it("are refused as UTF-16 when they are none", () => {
    for (const content of ["", "x", "text"]) {
      put("f", content);
      rmSync(join(dir, "staged"), { recursive: true, force: true });
      expect(() => stageCopies(copyOf("f", content, { transform: "utf-16-to-utf-8" }))).toThrow(
        code("SOURCE_INVALID", /^f: found text, expected UTF-16/),
      );
    }
  });

  it("have one line feed in front when that is asked for, and only one", () => {
    put("f", "a\n");
    put("empty", "");
    const long = Buffer.alloc(3 * 1024 * 1024, "x");
    put("long", long);
    const transform = "prefix-newline";
    stageCopies(
      copyOf("f", "a\n", { transform }),
      copyOf("empty", "", { transform }),
      copyOf("long", long, { transform }),
    );
    expect(staged("f").toString()).toBe("\na\n");
    expect(staged("empty").toString()).toBe("\n");
    expect(staged("long").equals(Buffer.concat([Buffer.from("\n"), long]))).toBe(true);
  });
});

describe("a tree that changed since the plan", () => {
  it("is noticed by a file's bytes (J-70)", () => {
    put("f", "other");
    expect(() => stageCopies(copyOf("f", "planned"))).toThrow(code("SOURCE_CHANGED", /^f: .*found sha256 d9298a10/));
  });

  it("is noticed by a file that is gone", () => {
    expect(() => stageCopies(copyOf("f", ""))).toThrow(code("SOURCE_CHANGED", /^f: .*ENOENT/));
  });

  it("is noticed by a link in a file's place, even to the same bytes", () => {
    writeFileSync(join(root, "outside"), "same");
    symlinkSync(join(root, "outside"), join(source, "f"));
    expect(() => stageCopies(copyOf("f", "same"))).toThrow(code("SOURCE_CHANGED", /^f: .*ELOOP/));
  });

  it("is noticed by a link in a folder's place, also one that stays inside", () => {
    put("real/f", "same");
    symlinkSync("real", join(source, "link"));
    expect(() => stageCopies(copyOf("link/f", "same"))).toThrow(
      code("SOURCE_CHANGED", /^link\/f: .*a folder above it is a link/),
    );
    expect(() => stageCopies(copyOf("../source/real/f", "same", { to: "f" }))).toThrow(code("SOURCE_CHANGED", /link/));
  });

  it("is noticed by a pipe in a file's place, without waiting for a writer", () => {
    execFileSync("/usr/bin/mkfifo", [join(source, "f")]);
    expect(() => stageCopies(copyOf("f", ""))).toThrow(code("SOURCE_CHANGED", /^f: .*no regular file/));
  });
});

describe("a text out of the tool's own program", () => {
  const text = "# rules\n[a]\nend\n";
  const extract = {
    program: "tool",
    start: "# rules",
    length: text.length,
    sha256: createHash("sha256").update(text).digest("hex"),
    replace: { from: "[a]", to: "[a]", with: "[b]" },
    append: "more\n",
  };
  const stageFrom = (toolDir: string | undefined): void =>
    stage(step({ extracts: { rules: extract } }), { source, ...(toolDir && { toolDir }) }, dir, "copies-only");

  it("lies with the configuration, changed as planned", () => {
    writeFileSync(join(root, "tool"), `\0binary\0${text}\0`);
    stageFrom(root);
    expect(readFileSync(join(dir, "config/rules"), "utf8")).toBe("# rules\n[b]\nend\nmore\n");
  });

  it("is left to others where the tool is not here, and missed where it should be", () => {
    stageFrom(undefined);
    expect(existsSync(join(dir, "config"))).toBe(false);
    expect(() => stageFrom(root)).toThrow(code("TOOL_UNAVAILABLE", /tool: can't be read \(ENOENT\)/));
    writeFileSync(join(root, "tool"), "another program");
    expect(() => stageFrom(root)).toThrow(code("PIN_MISMATCH", /no such text/));
  });
});

it("refuses a target outside of its folder (J-70)", () => {
  put("f", "");
  for (const to of ["../f", "/f", "a/../../f", ".", "a//f"]) {
    expect(() => stageCopies(copyOf("f", "", { to }))).toThrow(code("DOCUMENT_INVALID", /staging target/));
  }
});

it("says what could not be written", () => {
  put("f", "x");
  writeFileSync(join(dir, "staged"), "a file");
  expect(() => stageCopies(copyOf("f", "x"))).toThrow(code("STORAGE_FAILED", /staged/));
});

describe("the full layout", () => {
  const full = (staging: Partial<Staging>, shared?: Map<string, string>, to = dir): void =>
    stage(step(staging), { source, advisories: join(root, "advisories") }, to, "full", shared);

  it("is a copy of the tree without its hidden entries, links as they are, and no special file", () => {
    put("a.txt", "a");
    put("b/c.txt", "c");
    put("b/secret", "hidden");
    put(".git/config", "hidden");
    symlinkSync("/etc/passwd", join(source, "link"));
    symlinkSync("b", join(source, "folder"));
    execFileSync("/usr/bin/mkfifo", [join(source, "pipe")]);
    chmodSync(join(source, "b"), 0o500);
    full({ tree: { hide: [{ path: ".git" }, { path: "b/secret" }] } });
    expect(readdirSync(join(dir, "tree")).sort()).toEqual(["a.txt", "b", "folder", "link"]);
    expect(readdirSync(join(dir, "tree/b"))).toEqual(["c.txt"]);
    expect(readlinkSync(join(dir, "tree/link"))).toBe("/etc/passwd");
    expect(readFileSync(join(dir, "tree/b/c.txt"), "utf8")).toBe("c");
    expect(existsSync(join(dir, "advisories"))).toBe(false);
    chmodSync(join(source, "b"), 0o700);
  });

  it.skipIf(process.platform !== "linux")("keeps names that are no UTF-8 (Linux: macOS refuses them)", () => {
    const names = [Buffer.from([0x61, 0xff, 0x0a]), Buffer.from([0xfe])];
    for (const name of names) writeFileSync(joinBytes(source, name), "x");
    full({ tree: { hide: [{ path: "\\xfe", pathBytes: Buffer.from([0xfe]).toString("base64") }] } });
    expect(readdirSync(join(dir, "tree"), { encoding: "buffer" })).toEqual([names[0]]);
  });

  it("links a second copy that hides the same, and copies one that does not", () => {
    put("a.txt", "a");
    const shared = new Map<string, string>();
    for (const [to, hide] of [
      ["1", []],
      ["2", []],
      ["3", [{ path: "z" }]],
    ] as const) {
      mkdirSync(join(dir, to));
      full({ tree: { hide: [...hide] } }, shared, join(dir, to));
    }
    const inode = (name: string): number => statSync(join(dir, name, "tree/a.txt")).ino;
    expect(inode("2")).toBe(inode("1"));
    expect(inode("3")).not.toBe(inode("1"));
    expect(inode("1")).not.toBe(statSync(join(source, "a.txt")).ino);
  });

  it("does not copy itself when it lies in the tree", () => {
    put("a.txt", "a");
    const inside = join(source, "run");
    mkdirSync(inside);
    full({ tree: { hide: [] } }, undefined, inside);
    expect(readdirSync(join(inside, "tree"), { recursive: true }).sort()).toEqual(["a.txt", "run"]);
  });

  it("links the advisories, and says when there are none", () => {
    full({ advisories: true });
    expect(lstatSync(join(dir, "advisories")).isSymbolicLink()).toBe(true);
    expect(() => stage(step({ advisories: true }), { source }, dir, "full")).toThrow(
      code("ADVISORIES_INVALID", /secret_scan/),
    );
  });
});

describe("a history", () => {
  const history = { commits: 1, sha256: "0".repeat(64), problems: [] };

  it("is moved into what the step sees, and stays in reach where it was", () => {
    const folder = join(root, "history");
    mkdirSync(join(folder, "0"), { recursive: true });
    writeFileSync(join(folder, "0/a"), "text");
    stage(step({ history }), { source, history: folder }, dir, "full");
    expect(lstatSync(join(dir, "history")).isDirectory()).toBe(true);
    expect(readFileSync(join(dir, "history/0/a"), "utf8")).toBe("text");
    expect(readFileSync(join(folder, "0/a"), "utf8")).toBe("text");
  });

  it("that the step needs must be there", () => {
    expect(() => stage(step({ history }), { source }, dir, "full")).toThrow(
      expect.objectContaining({ code: "DOCUMENT_INVALID" }),
    );
  });
});
