#!/bin/sh
# Records scancode's reports over small trees of our own writing, as the tests read them.
# usage: ci/capture/license_scan.sh <scancode's folder> [<case>...]
set -eu

tool=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
kind=$root/pipeline/kinds/license_scan
fixtures=$root/fixtures/kinds/license_scan
work=$(mktemp -d)
trap 'chmod -R u+rwX "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"

mit() {
  cat <<'TEXT'
MIT License

Copyright (c) 2026 Example Authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
TEXT
}

gpl_header() {
  cat <<'TEXT'
/*
 * This program is free software; you can redistribute it and/or modify
 * it under the terms of the GNU General Public License as published by
 * the Free Software Foundation; either version 2 of the License, or
 * (at your option) any later version.
 */
int main(void) { return 0; }
TEXT
}

# Each writes its tree into the current folder.
tree_permissive() {
  mit >LICENSE
  mkdir src
  printf '// SPDX-%s: Apache-2.0\nexport const one = 1;\n' License-Identifier >src/tagged.ts
  printf '// SPDX-%s: MIT OR Apache-2.0\nfn main() {}\n' License-Identifier >src/dual.rs
  printf 'export const nothing = true;\n' >src/nothing.js
  : >src/empty.txt
  printf '*.log\n' >.gitignore
  printf '* text=auto\n' >.gitattributes
}

tree_odd() {
  mit >LICENSE
  mkdir -p src 'src/a b' src/locale
  gpl_header >src/header.c
  printf '# This file is distributed under the license found in the LICENSE file.\nx = 1\n' >src/reference.py
  printf '// SPDX-%s: Foo-1.0\nint x;\n' License-Identifier >src/unknown-tag.c
  printf '// SPDX-%s: GPL-2.0 WITH Classpath-exception-2.0\nclass A {}\n' License-Identifier >src/Exception.java
  printf '// SPDX-%s: GPL-3.0-only\nint y;\n' License-Identifier >src/one.c
  printf '// SPDX-%s: GPL-3.0-only\nint z;\n' License-Identifier >'src/a b/two.c'
  printf 'This software is proprietary and confidential. Unauthorized copying of this file, via any medium, is strictly prohibited.\nAll rights reserved.\n' >src/words.txt
  printf 'Licensed under the Frobnicator Community License. See the terms of the license agreement.\n' >src/license-words.txt
  printf '/*! lib v1.0 | MIT License */!function(a,b){"use strict";var c=a+b;return c}(1,2);\n' >src/lib.min.js
  printf '# SPDX-%s: ISC\n' License-Identifier >src/locale/x.py
  printf '{"name":"x","version":"1.0.0","license":"BSD-3-Clause"}\n' >package.json
  printf '\211PNG\r\n\032\n\000\000\000\015IHDR\000\000\000\001' >src/image.png
  printf '\177ELF\002\001\001\000\000\000Licensed under the GPL version 3\000\001\002' >src/program.bin
  printf '# SPDX-%s: MIT\n' License-Identifier >"$(printf 'src/new\nline.py')"
  printf '# SPDX-%s: MIT\n' License-Identifier >'src/back\slash.py'
  printf '// SPDX-%s: AGPL-3.0-only\n' License-Identifier | iconv -f UTF-8 -t UTF-16LE >src/wide.c
  mkdir 'src/é'
  printf '# SPDX-%s: MIT\n' License-Identifier >'src/é/ñ.py'
  ln -s ../LICENSE src/link
  printf 'x\n' >.gitmodules
  printf 'x\n' >.gitkeep
  printf 'x\n' >.hgignore
  mkdir .svn CVS
  printf 'x\n' >.svn/entries
  printf '// SPDX-%s: GPL-3.0-only\n' License-Identifier >CVS/kept.c
}

# MIT with some of its words replaced.
tree_reworded() {
  mit | sed -e 's/deal$/work/' -e 's/furnished to do so/handed over/' -e 's/substantial portions/large parts/' >LICENSE
}

tree_bad_name() {
  printf '# SPDX-%s: MIT\n' License-Identifier >good.py
  printf '# SPDX-%s: GPL-3.0-only\n' License-Identifier >"$(printf 'b\377d.py')"
}

tree_unreadable() {
  printf '# SPDX-%s: MIT\n' License-Identifier >good.py
  printf '# SPDX-%s: MIT\n' License-Identifier >secret.py
  chmod 000 secret.py
}

tree_nothing() {
  :
}

# Without root's power to read everything.
powerless() {
  if [ "$(id -u)" = 0 ]; then setpriv --bounding-set=-all "$@"; else "$@"; fi
}

# Without time and machine of this run, and a line a value.
without_run='
import json, sys
report = json.load(sys.stdin)
[header] = report["headers"]
for key in ("start_timestamp", "end_timestamp", "duration"):
    del header[key]
del header["extra_data"]["system_environment"]
json.dump(report, sys.stdout, indent=1)
print()
'

capture() {
  scan=$work/$1/scan
  out=$work/$1/out
  tmp=$work/$1/tmp
  mkdir -p "$scan/tree" "$scan/config" "$out" "$tmp"
  (cd "$scan/tree" && "tree_$1")
  cp "$kind/run.py" "$kind/driver.py" "$kind/canary.txt" "$scan/config/"
  case $1 in
    odd) printf '{"src/wide.c":"utf-16le"}' ;;
    *) printf '{}' ;;
  esac >"$scan/config/utf-16.json"
  status=0
  # The step's own command line (pipeline/kinds/license_scan/step.ts).
  powerless env -i SCANCODE_CACHE="$tmp/c" SCANCODE_TEMP="$tmp/t" HOME="$tmp" TMPDIR="$tmp" PYTHONHASHSEED=0 PATH=/nonexistent TZ=UTC LC_ALL=C.UTF-8 \
    "$tool/bin/python" -s -B "$scan/config/run.py" "$scan/config/canary.txt" "$out/canary.json" "$scan/config/utf-16.json" \
    --license --strip-root --processes 1 --timeout 0 --max-in-memory 0 --no-check-version --quiet \
    --json "$out/scancode.json" "$scan/tree" 2>"$out/stderr" || status=$?
  mkdir -p "$fixtures/$1"
  printf '%s\n' "$status" >"$fixtures/$1/status.txt"
  sed "s#$work/$1##g" "$out/stderr" >"$fixtures/$1/stderr.txt"
  cp "$out/canary.json" "$fixtures/$1/"
  sed -e "s#$work/$1##g" -e "s#$tool/#/tool/#g" "$out/scancode.json" | "$tool/bin/python" -c "$without_run" >"$fixtures/$1/scancode.json"
  printf '%s: exit status %s\n' "$1" "$status"
}

for case in ${*:-permissive odd reworded bad_name unreadable nothing}; do capture "$case"; done
