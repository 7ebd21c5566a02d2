#!/usr/bin/env bash
# The committed bundle on bare Node 20.19, 22 and 24, without any installed package: the same plan, byte for byte.
set -euo pipefail
bundle=$PWD/pipeline/dist/gate.mjs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tree/src" "$work/bare"
cp "$bundle" "$work/bare/gate.mjs"
echo 'export const answer = 42;' > "$work/tree/src/answer.ts"
cp fixtures/lockfiles/package-lock/v3/package-lock.json.fixture "$work/tree/package-lock.json"
platform="$(node -p 'process.platform')-$(node -p 'process.arch')"
for version in 20.19.0 22.22.0 24.13.1; do
  npm install --silent --no-save --ignore-scripts --prefix "$work/$version" "node-$platform@$version" > /dev/null
  node="$work/$version/node_modules/node-$platform/bin/node"
  (cd "$work/bare" && "$node" gate.mjs plan "$work/tree" --as-of 2026-01-01 > "$work/$version.json")
  cmp "$work/20.19.0.json" "$work/$version.json"
  echo "Node $("$node" --version): same plan"
done
