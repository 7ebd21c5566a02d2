#!/usr/bin/env bash
# What CI runs is what a person runs: `npm test`. Stops at the first stage that fails; the last line counts the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
report=$(mktemp)
trap 'rm -f "$report"' EXIT

stage() {
  local name=$1
  shift
  local began=$SECONDS
  printf '== %s\n' "$name"
  if ! "$@"; then
    printf '== %s: failed after %d s\n0 passed, 1 failed\n' "$name" "$((SECONDS - began))"
    exit 1
  fi
  printf '== %s: %d s\n' "$name" "$((SECONDS - began))"
}

bundle_is_current() {
  local before after
  before=$(cksum < pipeline/dist/gate.mjs)
  npx tsdown --logLevel warn
  after=$(cksum < pipeline/dist/gate.mjs)
  [ "$before" = "$after" ] || { echo "pipeline/dist/gate.mjs was not what its sources make; it is now: commit it"; return 1; }
}

stage "format and lint" npx biome ci --colors=off .
stage "types" npx tsc
stage "rooms" npx depcruise --config .dependency-cruiser.json pipeline schemas
stage "unused" npx knip
stage "bundle" bundle_is_current
stage "bundle on other Node versions" ci/node-versions.sh
set +e
npx vitest run --reporter=default --reporter=json --outputFile="$report"
status=$?
set -e
node -e '
const { numPassedTests, numFailedTests, numPendingTests, success } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
const failed = numFailedTests === 0 && !success ? 1 : numFailedTests;
console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`);
' "$report"
exit "$status"
