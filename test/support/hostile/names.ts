import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";
import { INNOCENT } from "./innocent.ts";

const ODD = {
  "a newline": "line\nbreak.txt",
  "a carriage return": "over\rwritten.txt",
  "a tab": "tab\tstop.txt",
  "an escape sequence that clears the screen": "\u001b[2J\u001b[1;1Hclean.txt",
  "an escape sequence that sets the title": "\u001b]0;PASSED\u0007.txt",
  "a right-to-left override": "gpj.\u202etxt.exe",
  "an isolate": "\u2066a\u2069.txt",
  "a zero-width space": "ze\u200bro.txt",
  "a quote": 'say "cheese".txt',
  "a backslash": "back\\slash.txt",
  "a backslash at the end": "back\\",
  "a dash in front": "--config=x.toml",
  "a dash alone": "-",
  "a placeholder": "{scan} {out} {tool} {tmp}.txt",
  "a percent sign": "%2e%2e%2f%s%n.txt",
  "a dollar": "$(touch x) `touch x`.txt",
  "a semicolon": "a;touch x;.txt",
  "a pipe": "a|b&c>d<e.txt",
  "a star": "*.txt",
  "a question mark and brackets": "[a-z]?.txt",
  "a tilde": "~root",
  "a space at both ends": " a.txt ",
  "a dot at the end": "dot.",
  "three dots": "...",
  "a colon": "a:1:2.txt",
  "a comma and an equals sign": "a=b,c=d.txt",
  "the replacement character": "\ufffd.txt",
  "a composed letter": "caf\u00e9.txt",
  "a decomposed letter": "cafe\u0301.txt",
  "an emoji": "\u{1f480}.txt",
  "a letter that grows in lower case": "\u0130.txt",
  "a private use letter": "\ue000.txt",
  "the name of a prototype": "__proto__",
  "the name of a constructor": "constructor",
  "255 bytes": `${"n".repeat(251)}.txt`,
  "255 bytes in letters of three": `${"\u20ac".repeat(83)}.txt`.slice(0, 84),
  "a markdown link": "[PASSED](javascript:alert(1)).txt",
  markup: "<img src=x onerror=alert(1)>.txt",
  "a table's bar": "a | b | c.txt",
} as const satisfies Readonly<Record<string, string>>;

/** Names that break what splits, prints, globs or quotes them. */
export const ODD_NAMES: Hostile = {
  name: "names with newlines, escape sequences, bidirectional marks, quotes and placeholders",
  make({ root }) {
    for (const name of Object.values(ODD)) put(root, join("names", name), TOKEN_LINE);
  },
  secrets: Object.values(ODD).map((name) => `names/${name}`),
};

/** Folders so named, with a file of a plain name in them. */
export const ODD_FOLDERS: Hostile = {
  name: "folders with such names",
  make({ root }) {
    for (const name of FOLDERS) put(root, join("folders", name, "plain.txt"), TOKEN_LINE);
  },
  secrets: Object.values(ODD)
    .slice(0, 12)
    .map((name) => `folders/${name}/plain.txt`),
};
const FOLDERS = Object.values(ODD).slice(0, 12);

const BYTES = [
  [0xff, 0x2e, 0x74],
  [0x61, 0x80, 0x62],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
];

/** Names that are no UTF-8: by code unit, overlong, half of a pair, beyond Unicode. */
export const BYTE_NAMES: Hostile = {
  name: "names that are no UTF-8",
  make({ root }) {
    mkdirSync(join(root, "bytes"));
    for (const bytes of BYTES)
      writeFileSync(Buffer.concat([Buffer.from(join(root, "bytes/")), Buffer.from(bytes)]), TOKEN_LINE);
  },
  secrets: [
    "bytes/\\xff.t",
    "bytes/a\\x80b",
    "bytes/\\xc0\\xaf",
    "bytes/\\xed\\xa0\\x80",
    "bytes/\\xf4\\x90\\x80\\x80",
  ],
};

/** One file on some machines, three on others. */
export const CASE_NAMES: Hostile = {
  name: "names that differ in case alone",
  make({ root }) {
    for (const name of ["Same.txt", "same.txt", "SAME.TXT"]) put(root, `case/${name}`, TOKEN_LINE);
    put(root, "Case/same.txt", TOKEN_LINE);
  },
  secrets: ["Case/same.txt", "case/SAME.TXT", "case/Same.txt", "case/same.txt"],
};

const ALIASES = [
  `a\\..\\${INNOCENT}\\server.c`,
  `${INNOCENT}\\server.c`,
  `.\\${INNOCENT}\\server.c`,
  "\\",
  "\\\\",
  "c:\\server.c",
];

/** Another file's path, for a tool that takes a backslash for a slash: scancode would report one of them for both. */
export const ALIAS_NAMES: Hostile = {
  name: "names that are another file's path where a backslash is a slash",
  make({ root }) {
    for (const name of ALIASES) put(root, name, `// SPDX-License-Identifier: MIT\n${TOKEN_LINE}`);
  },
  secrets: ALIASES,
};
