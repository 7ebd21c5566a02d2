#!/usr/bin/env bash
# Mutation testing of one part, with the tests that are about it: about a second a mutant. Without a part it says which there are.
#   ci/mutation.sh decide      the score, and every survivor with its line
set -euo pipefail
cd "$(dirname "$0")/.."
isolate=false
case "${1:-}" in
  decide) tests='test/decide/**/*.test.ts' mutate='pipeline/decide/*.ts' ;;
  coverage) tests='test/{decide,kinds,findings}/**/*.test.ts' mutate=pipeline/findings/gap.ts,pipeline/findings/left-out.ts,pipeline/findings/lockfile-difference.ts,pipeline/findings/not-read.ts ;;
  runner) tests='test/execute/step-*.test.ts' mutate='pipeline/execute/step-runner.ts' isolate=true ;;
  readers) tests='test/{kinds,failures}/**/*.test.ts' mutate='pipeline/kinds/*/reader.ts' ;;
  judges) tests='test/{kinds,decide,findings,failures}/**/*.test.ts' mutate='pipeline/kinds/*/judge.ts' ;;
  lockfiles) tests='test/plan/**/*.test.ts' mutate='pipeline/plan/manifests/*.ts' ;;
  *) echo "usage: ci/mutation.sh decide|coverage|runner|readers|judges|lockfiles" >&2; exit 2 ;;
esac
MUTATION_TESTS=$tests MUTATION_ISOLATE=$isolate npx stryker run --mutate "$mutate"
