import { chmodSync } from "node:fs";
import { join } from "node:path";
import { type Hostile, program, put } from "./hostile.ts";

/** A repository whose own configuration names a program wherever git runs one. */
export const GIT_PROGRAMS: Hostile = {
  name: ".git with programs for textconv, fsmonitor, hooks, filters, pager, editor, ssh and signatures",
  make({ root, marker }) {
    const run = join(root, ".git/run.sh");
    put(root, ".git/run.sh", program(marker));
    put(root, ".git/HEAD", "ref: refs/heads/main\n");
    put(root, ".git/refs/heads/main", `${"a".repeat(40)}\n`);
    put(root, ".git/objects/info/alternates", "/\n");
    put(root, ".git/config", configOf(run));
    put(root, ".gitattributes", "* diff=evil filter=evil merge=evil\n");
    for (const hook of HOOKS) put(root, `.git/hooks/${hook}`, program(marker));
    for (const path of ["run.sh", ...HOOKS.map((hook) => `hooks/${hook}`)]) chmodSync(join(root, ".git", path), 0o755);
  },
  leftOut: { ".git": "version-control" },
};

const HOOKS = ["post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman", "pre-auto-gc"];

function configOf(run: string): string {
  return `[core]
	repositoryformatversion = 0
	bare = false
	fsmonitor = ${run}
	hooksPath = .git/hooks
	pager = ${run}
	editor = ${run}
	sshCommand = ${run}
	askPass = ${run}
	gitProxy = ${run}
	alternateRefsCommand = ${run}
[diff]
	external = ${run}
[diff "evil"]
	textconv = ${run}
	command = ${run}
[filter "evil"]
	clean = ${run}
	smudge = ${run}
	process = ${run}
	required = true
[merge "evil"]
	driver = ${run}
[gpg]
	program = ${run}
[log]
	showSignature = true
[credential]
	helper = !${run}
[alias]
	rev-list = !${run}
	ls-files = !${run}
[include]
	path = /etc/passwd
[remote "origin"]
	url = ext::${run}
	uploadpack = ${run}
	promisor = true
[extensions]
	partialClone = origin
[trace2]
	normalTarget = ${run}
`;
}
