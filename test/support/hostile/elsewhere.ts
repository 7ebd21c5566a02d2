import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Hostile, put } from "./hostile.ts";

/** What a checkout without `--recurse-submodules` leaves: names, and nothing in them. */
export const SUBMODULES: Hostile = {
  name: "submodules without content",
  make({ root }) {
    put(root, ".gitmodules", GITMODULES);
    for (const folder of ["modules/empty", "modules/spaced name"]) mkdirSync(join(root, folder), { recursive: true });
    put(root, "modules/only-git/.git", "gitdir: ../../.git/modules/only-git\n");
    put(root, "modules/filled/code.c", "int x;\n");
    put(root, "modules/filled/.gitmodules", '[submodule "inner"]\n\tpath = inner\n\turl = ../inner\n');
  },
  leftOut: {
    "modules/empty": "submodule-empty",
    "modules/spaced name": "submodule-empty",
    "modules/absent": "submodule-empty",
    "modules/only-git": "submodule-empty",
    "modules/only-git/.git": "version-control",
    "modules/filled/inner": "submodule-empty",
    "--upload-pack=touch": "submodule-empty",
  },
};

const GITMODULES = `# made by a person
[submodule "empty"]
	path = modules/empty
	url = https://example.org/empty
[submodule "spaced"]
	path = "modules/spaced name"
	url = https://example.org/spaced ; a comment
[submodule "absent"]
	url = https://example.org/absent
	PATH = modules/absent/ # a comment
[submodule "only-git"]
	path = modules/only-git
[submodule "filled"]
	path = modules/filled
[submodule "escaping"]
	path = ../../outside
[submodule "absolute"]
	path = /etc
[submodule "option"]
	path = --upload-pack=touch
	update = !touch
[other "thing"]
	path = modules/of-no-submodule
[submodule "twice"]
	path = modules/empty
`;

/** A pointer file stands for a file that is not here. */
export const LFS_POINTERS: Hostile = {
  name: "pointers of Git LFS in place of files",
  make({ root }) {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"4d".repeat(32)}\nsize 12345\n`;
    put(root, "lfs/model.bin", pointer);
    put(root, "lfs/package-lock.json", pointer);
    put(root, "lfs/about.md", `Pointers begin so:\n${pointer}`);
  },
  unscanned: { "lfs/model.bin": "lfs-pointer", "lfs/package-lock.json": "lfs-pointer" },
  broken: ["lfs/package-lock.json"],
};
