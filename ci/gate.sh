#!/bin/sh
# The one script that a CI calls, in the folder to gate: leaves the results in $OUT, then ends with the verdict's exit status (README.md).
#
#   OUT                      where the results go (out)
#   MODE                     review (default), or release: only where the CI itself says that a protected tag is built
#   SUPPLY_GATE_ENGINE       auto (default), host or dagger; dagger: `dagger call` to the module, no Node needed
#   SUPPLY_GATE_COMMAND      the program (the checkout's ./gate)
#   SUPPLY_GATE_TRUSTED_TAG  true: a tag that may be released; for a CI other than GitHub and GitLab, set where contributors can't
#
# Arguments are options of the gate, the same for each engine: --policy, --waivers, --advisories, --as-of, --images.
set -u
home=$(cd "$(dirname "$0")/.." && pwd -P)
out=${OUT:-out}
mode=${MODE:-review}
engine=${SUPPLY_GATE_ENGINE:-auto}

end() {
  printf 'ci/gate.sh: %s\n' "$2" >&2
  exit "$1"
}

trusted_tag() {
  if [ "${GITHUB_ACTIONS:-}" = true ]; then
    [ "${GITHUB_REF_TYPE:-}" = tag ] && [ "${GITHUB_EVENT_NAME:-}" = push ]
  elif [ "${GITLAB_CI:-}" = true ]; then
    [ -n "${CI_COMMIT_TAG:-}" ] && [ "${CI_COMMIT_REF_PROTECTED:-}" = true ]
  else
    [ "${SUPPLY_GATE_TRUSTED_TAG:-}" = true ]
  fi
}

verdict_status() {
  sed -n 's/^  "exitCode": \([0-9]*\),*$/\1/p' "$out/verdict.json" 2>/dev/null
}

# An old verdict must not stand in for a new one: an export writes over what is there, but takes nothing away.
clear_results() {
  if head -n 2 "$out/verdict.json" 2>/dev/null | grep -q '"supply-gate/verdict-'; then rm -rf "$out"; fi
}

call() {
  dagger "${DAGGER_VERB:-call}" -m "$home" gate --source . --mode "$mode" "$@"
}

for argument in "$@"; do
  case $argument in
    --mode | --mode=*) end 2 "found $argument, expected the variable MODE: a release is for protected tags only" ;;
    --out | --out=*) end 2 "found $argument, expected the variable OUT" ;;
  esac
done
case $mode in
  review) ;;
  release) trusted_tag || end 2 "MODE: found release, expected review: this is no push of a protected tag" ;;
  *) end 2 "MODE: found \"$mode\", expected review or release" ;;
esac

if [ "$engine" = dagger ]; then
  clear_results
  call "$@" report export --path "$out"
  status=$?
  # 1 is what the engine says when it fails; the verdict's own 1 comes from enforce only.
  case $status in
    0) call "$@" enforce; status=$? ;;
    2 | 70) exit "$status" ;;
    *) end 3 "no results: dagger ended with status $status before there was a verdict" ;;
  esac
else
  "${SUPPLY_GATE_COMMAND:-$home/gate}" run . --engine "$engine" --mode "$mode" --out "$out" "$@"
  status=$?
fi

case $status in
  0 | 1 | 3)
    [ -f "$out/verdict.json" ] || end 3 "no results: $out/verdict.json is missing; the gate ended with status $status"
    found=$(verdict_status)
    [ "$found" = "$status" ] || end 3 "$out/verdict.json says status ${found:-nothing}, the gate ended with $status: not one run's results"
    ;;
  2 | 70 | 130) ;;
  *) end 3 "no verdict: the gate ended with status $status" ;;
esac
exit "$status"
