#!/bin/sh
# Gates the current folder with nothing but Docker: one container fetches tools and advisories, another scans, without network.
# Variables and options as in ci/gate.sh; SUPPLY_GATE_CACHE keeps the tools between runs.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd -P)
out=${OUT:-out}
cache=${SUPPLY_GATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/supply-gate-docker}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

end() {
  printf 'ci/docker.sh: %s\n' "$2" >&2
  exit "$1"
}

reference() {
  sed -n "/\"$1\": {/,/}/s/.*\"reference\": \"\(.*\)\".*/\1/p" "$home/pipeline/pins/images.json"
}

contained() {
  docker run --rm --read-only --tmpfs /tmp:exec --cap-drop ALL --security-opt no-new-privileges --user "$(id -u):$(id -g)" \
    -e HOME=/tmp -e SUPPLY_GATE_CACHE=/cache -v "$home:/gate:ro" -v "$cache:/cache" "$@"
}

if head -n 2 "$out/verdict.json" 2>/dev/null | grep -q '"supply-gate/verdict-'; then rm -rf "$out"; fi
[ ! -e "$out" ] || end 2 "OUT: found $out, expected nothing there or an earlier run's results"
mkdir -p "$cache" "$(dirname "$out")"
cache=$(cd "$cache" && pwd -P)

# Git and Python are in the second image; Node is one file.
docker build -q -t supply-gate-ci - > /dev/null <<DOCKERFILE || end 3 "the image could not be built"
FROM $(reference node) AS node
FROM $(reference python)
COPY --from=node /usr/local/bin/node /usr/local/bin/node
DOCKERFILE

contained supply-gate-ci sh -c '/gate/gate tools install && /gate/gate advisories pull' || end 3 "tools or advisories are missing"

status=0
contained --network none -v "$PWD:/source:ro" -v "$results:/results" -w /source -e OUT=/results/out -e SUPPLY_GATE_ENGINE=host \
  -e MODE -e SUPPLY_GATE_TRUSTED_TAG -e GITHUB_ACTIONS -e GITHUB_REF_TYPE -e GITHUB_EVENT_NAME \
  -e GITLAB_CI -e CI_COMMIT_TAG -e CI_COMMIT_REF_PROTECTED supply-gate-ci /gate/ci/gate.sh "$@" || status=$?
if [ -d "$results/out" ]; then mv "$results/out" "$out"; fi
case $status in
  0 | 1 | 2 | 3 | 70 | 130) exit "$status" ;;
  *) end 3 "no verdict: docker ended with status $status" ;;
esac
