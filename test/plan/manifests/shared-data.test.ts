import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockfileFormatOf, READERS } from "../../../pipeline/plan/manifests/index.ts";
import { GateError } from "../../../schemas/error.ts";
import { Lockfile } from "../../../schemas/lockfile.ts";
import { hasSharedData, SHARED_DATA } from "../../support/shared-data.ts";

/** Packages and gaps of each lockfile that we read; the others of the archives are of other ecosystems or have other names. */
const EXPECTED = {
  "trivy-lockfiles": {
    "cargo/Cargo.lock": "9 packages, 0 gaps",
    "gomod/go.mod": "18 packages, 0 gaps",
    "gomod/submod/go.mod": "5 packages, 0 gaps",
    "gomod/submod2/go.mod": "6 packages, 0 gaps",
    "npm/package-lock.json": "13 packages, 0 gaps",
    "pip/requirements.txt": "8 packages, 1 gaps",
    "poetry/poetry.lock": "3 packages, 0 gaps",
    "yarn/yarn.lock": "3 packages, 0 gaps",
  },
  "osv-scanner-lockfiles": {
    "locks-empty/Gemfile.lock": "found an empty file, expected a Gemfile.lock",
    "locks-empty/composer.lock": "✖ Invalid input: expected array, received undefined;   → at packages",
    "locks-empty/yarn.lock": "0 packages, 0 gaps",
    "locks-insecure/bun.lock": "2 packages, 0 gaps",
    "locks-insecure/composer.lock": "1 packages, 0 gaps",
    "locks-many-with-insecure/Gemfile.lock": "1 packages, 0 gaps",
    "locks-many-with-insecure/composer.lock": "6 packages, 0 gaps",
    "locks-many-with-insecure/package-lock.json": "1 packages, 0 gaps",
    "locks-many-with-insecure/yarn.lock": "1 packages, 0 gaps",
    "locks-many/Gemfile.lock": "1 packages, 0 gaps",
    "locks-many/composer.lock": "1 packages, 0 gaps",
    "locks-many/package-lock.json": "1 packages, 0 gaps",
    "locks-many/yarn.lock": "1 packages, 0 gaps",
    "locks-one-with-nested/nested/composer.lock": "1 packages, 0 gaps",
    "locks-one-with-nested/yarn.lock": "1 packages, 0 gaps",
    "locks-requirements/my-requirements.txt": "1 packages, 0 gaps",
    "locks-requirements/requirements-dev.txt": "1 packages, 0 gaps",
    "locks-requirements/requirements-transitive.txt": "4 packages, 0 gaps",
    "locks-requirements/requirements.prod.txt": "1 packages, 0 gaps",
    "locks-requirements/requirements.txt": "3 packages, 0 gaps",
    "locks-requirements/the_requirements_for_test.txt": "1 packages, 0 gaps",
    "locks-requirements/unresolvable-requirements.txt": "3 packages, 0 gaps",
  },
};

function countsOf(file: string, read: () => Lockfile): string {
  try {
    const { packages, gaps } = Lockfile.parse(read());
    return `${packages.length} packages, ${gaps.length} gaps`;
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return error.message.replace(`${file}: `, "");
  }
}

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "supply-gate-lockfiles-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.skipIf(!hasSharedData).each(Object.entries(EXPECTED))(
  "reads every lockfile of %s (skipped where ../shared/data is absent)",
  (archive, expected) => {
    const root = path.join(folder, archive);
    mkdirSync(root);
    execFileSync("tar", ["-xzf", path.join(SHARED_DATA, `${archive}.tar.gz`), "-C", root]);
    const found: Record<string, string> = {};
    for (const file of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
      const format = lockfileFormatOf(file);
      if (format === undefined || !statSync(path.join(root, file)).isFile()) continue;
      const sibling = (relative: string) => {
        const place = path.join(root, path.dirname(file), relative);
        return existsSync(place) ? readFileSync(place, "utf8") : undefined;
      };
      const text = readFileSync(path.join(root, file), "utf8");
      const place = file.replace(/^.*(?:testdata\/fixtures\/repo|source\/testdata)\//, "");
      found[place] = countsOf(file, () => READERS[format]({ path: file, text, sibling }));
    }
    expect(found).toEqual(expected);
  },
);
