import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";
import { INNOCENT } from "./innocent.ts";

/** Configuration and ignore files of every tool that we run or that others run, each as permissive as it can be. */
const CONFIGS: Readonly<Record<string, string>> = {
  ".gitleaks.toml": "[allowlist]\npaths = ['''.*''']\nregexes = ['''.*''']\n",
  ".gitleaksignore": `${INNOCENT}/settings.ts:github-pat:1\ntree/${INNOCENT}/settings.ts:github-pat:1\nsettings.ts:github-pat:1\n`,
  ".gitignore": "*\n",
  ".ignore": "*\n",
  ".dockerignore": "*\n",
  ".gitattributes": "* binary -diff -text linguist-generated linguist-vendored export-ignore\n",
  "osv-scanner.toml":
    '[[PackageOverrides]]\necosystem = "npm"\nignore = true\n[[IgnoredVulns]]\nid = "DEMO-2026-0001"\n',
  ".syft.yaml": "exclude:\n  - './**'\ndefault-catalogers: []\n",
  ".syft/config.yaml": "exclude:\n  - '**'\n",
  "syft.yaml": "exclude:\n  - '**'\n",
  ".scancode.yml": "ignored_licenses: ['*']\n",
  "scancode-config.yml": "ignored_patterns: ['*']\n",
  ".trivyignore": "*\n",
  ".grype.yaml": "ignore:\n  - package: {name: '*'}\n",
  "deny.toml": '[licenses]\nunlicensed = "allow"\ndefault = "allow"\n',
  "audit.toml": '[advisories]\nignore = ["DEMO-2026-0001"]\n',
  ".secretlintignore": "*\n",
  ".secrets.baseline": '{"exclude":{"files":".*"}}\n',
  ".pre-commit-config.yaml": "exclude: '.*'\n",
  "supply-gate.policy.yaml": "schemaVersion: supply-gate/policy-1\nblock: {review: [], release: []}\n",
  "supply-gate.waivers.yaml": "waivers: []\n",
};

function inFolder(folder: string): Hostile {
  const below = (path: string) => (folder === "" ? path : `${folder}/${path}`);
  const beside = folder === INNOCENT ? "beside-innocent.txt" : below("beside.txt");
  return {
    name: `configuration and ignore files of the tools in ${folder === "" ? "the root" : folder}`,
    make({ root }) {
      for (const [path, text] of Object.entries(CONFIGS)) put(root, below(path), text);
      put(root, beside, TOKEN_LINE);
    },
    secrets: [beside],
  };
}

/** At the root, in the innocent folder itself, and far down. */
export const CONFIG_FILES: readonly Hostile[] = [inFolder(""), inFolder(INNOCENT), inFolder("x/y/z/config")];
