import { type Hostile, put, TOKEN_LINE } from "./hostile.ts";

const COMMENTS = [
  "gitleaks:allow",
  "trufflehog:ignore",
  "pragma: allowlist secret",
  "nosec",
  "noqa",
  "ggignore",
  "kics-scan ignore",
  "checkov:skip=CKV_SECRET_6:ok",
  "SPDX-SnippetBegin SPDX-License-Identifier: CC0-1.0",
];

/** Lines that ask a scanner to look away. */
export const ALLOW_COMMENTS: Hostile = {
  name: "comments on the line that ask a scanner to look away",
  make({ root }) {
    for (const [index, comment] of COMMENTS.entries()) {
      put(root, `comments/${index}.py`, TOKEN_LINE.replace("\n", ` # ${comment}\n`));
    }
  },
  secrets: COMMENTS.map((_, index) => `comments/${index}.py`),
};
