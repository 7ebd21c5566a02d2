import { describe, expect, it } from "vitest";
import { argumentBytes, bubblewrapArguments, coversFit } from "../../../pipeline/execute/host/bubblewrap.ts";

const layout = {
  root: [{ path: "/usr" }, { path: "/lib", link: "usr/lib" }],
  binds: [
    { from: "/src", to: "/scan/tree" },
    { from: "/run/out", to: "/out", writable: true },
  ],
  covers: [],
  emptyFile: "/run/empty",
  cwd: "/scan",
  tmpBytes: 1024,
};
const covers = (...paths: [string, boolean][]) => paths.map(([path, folder]) => ({ path: Buffer.from(path), folder }));

describe("bubblewrapArguments", () => {
  it("shows the host's programs, the binds and nothing else", () => {
    expect(bubblewrapArguments(layout).join(" ")).toBe(
      "--unshare-all --die-with-parent --cap-drop ALL --ro-bind /usr /usr --symlink usr/lib /lib --proc /proc --dev /dev " +
        "--size 1024 --tmpfs /tmp --ro-bind /src /scan/tree --bind /run/out /out --remount-ro / --chdir /scan",
    );
  });

  it("does without a size where bubblewrap is too old for it", () => {
    expect(bubblewrapArguments({ ...layout, tmpBytes: null })).not.toContain("--size");
  });

  it("covers a folder by an empty one, a file by an empty one, and nothing twice", () => {
    const args = bubblewrapArguments({
      ...layout,
      covers: covers(["/scan/tree/a", true], ["/scan/tree/a/b", false], ["/scan/tree/ab", false]),
    });
    expect(args.slice(args.indexOf("/out") + 1).join(" ")).toBe(
      "--tmpfs /scan/tree/a --ro-bind /run/empty /scan/tree/ab --remount-ro / --chdir /scan",
    );
  });
});

it("hands names over as bytes", () => {
  expect(argumentBytes(["--tmpfs", Buffer.from([0x61, 0xff, 0x0a])])).toEqual(
    Buffer.concat([Buffer.from("--tmpfs\0"), Buffer.from([0x61, 0xff, 0x0a, 0])]),
  );
});

it("knows how many covers are too many", () => {
  const many = (count: number, folder: boolean) =>
    Array.from({ length: count }, () => ({ path: Buffer.from("/x"), folder }));
  expect([coversFit(many(2000, true)), coversFit(many(2001, true))]).toEqual([true, false]);
  expect([coversFit(many(100, false)), coversFit(many(101, false))]).toEqual([true, false]);
});
