"""Run driver.py over every file, and prove in the same process that it detects licenses.

    <venv>/bin/python -s -B run.py <canary file> <canary report> <UTF-16 files> <arguments of the scancode command>

Contract: what driver.py writes, and its exit code, but for four things.

- scancode leaves out what has the name of a version control system's file (`CVS/`, `.svn/`,
  `.gitignore`, ...) without a word. Here it reads them.
- scancode finds no text in UTF-16. Here it gets the text of the files that are named, with their
  encoding, in the JSON file <UTF-16 files>, by their path below the scanned folder.
- scancode takes a backslash in a name for a slash, so that a file may have another file's path and
  be reported in its place. Here it is a letter like any other.
- The canary file is read after the scan, by the same index and functions. The report about it is
  written only when the scan itself came to its end.
"""

import json
import posixpath
import sys
from pathlib import Path

from commoncode import fileutils, ignore, resource

import driver


def main():
    canary, report, encodings = map(Path, sys.argv[1:4])
    del sys.argv[1:4]
    ignore.ignores_VCS.clear()
    keep_backslashes()
    read_utf16(json.loads(encodings.read_text(encoding="utf-8")), Path(sys.argv[-1]))
    try:
        driver.main()
    except SystemExit as end:
        if end.code in (None, 0, 1):
            report.write_text(json.dumps(detections(canary)), encoding="utf-8")
        raise


def keep_backslashes():
    """Let scancode take every path for what it is here: parts with slashes between them."""

    def clean_path(path):
        path = posixpath.normpath((path or "").rstrip("/"))
        return "" if path == "." else path

    def split_parent_resource(path, force_posix=False):
        return posixpath.split(path.rstrip("/"))

    resource.clean_path = clean_path
    resource.as_posixpath = fileutils.prepare_path
    fileutils.as_posixpath = fileutils.prepare_path
    fileutils.is_posixpath = lambda location: True
    fileutils.split_parent_resource = split_parent_resource


def read_utf16(encodings, tree):
    """Let scancode read these files, given as encoding by relative path, as the text that they hold."""
    from licensedcode import tokenize

    by_location = {str(tree.absolute() / path): encoding for path, encoding in encodings.items()}
    numbered_text_lines = tokenize.numbered_text_lines

    def numbered_lines(location, *args, start_line=1, **options):
        encoding = by_location.get(location) if isinstance(location, str) else None
        if encoding is None:
            return numbered_text_lines(location, *args, start_line=start_line, **options)
        text = Path(location).read_bytes().decode(encoding, errors="replace").lstrip("\ufeff")
        return enumerate(text.splitlines(keepends=True), start_line)

    tokenize.numbered_text_lines = numbered_lines


def detections(canary):
    """Return the license expression and the matchers by which scancode finds it in the canary."""
    from scancode.api import get_licenses

    found = get_licenses(str(canary))
    matches = [match for detection in found["license_detections"] for match in detection["matches"]]
    return {
        "expression": found["detected_license_expression_spdx"],
        "matchers": sorted({match["matcher"] for match in matches}),
    }


if __name__ == "__main__":
    main()
