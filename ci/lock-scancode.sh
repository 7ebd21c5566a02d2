#!/bin/sh
# Resolves scancode and all that it needs anew and writes pipeline/pins/scancode-requirements.txt and its digest in tools.json.
# Only wheels for CPython on Linux x64 are let in: one of scancode's parts (typecode-libmagic) is published for no other Linux, and no wheel runs code when it is installed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv==0.13.9
# pluggy 1.7 breaks scancode 32.5 when it is imported.
printf '%s\n' 'scancode-toolkit==32.5.0' 'pluggy==1.6.0' >"$work/wanted.in"
"$work/venv/bin/uv" pip compile --quiet --universal --python-version 3.10 --only-binary :all: \
  --format pylock.toml --no-header --output-file "$work/pylock.toml" "$work/wanted.in"
"$work/venv/bin/python" - "$work/pylock.toml" "$root/pipeline/pins" <<'PYTHON'
import hashlib, pathlib, re, sys
try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    from pip._vendor import tomli as tomllib

lock, pins = map(pathlib.Path, sys.argv[1:])
PYTHONS = [f"cp3{minor}" for minor in range(10, 15)]


def fits(wheel):
    name = wheel.get("name") or wheel["url"].rsplit("/", 1)[1]
    python, abi, platform = name.removesuffix(".whl").split("-")[-3:]
    plain = platform == "any" or re.search(r"(^|\.)manylinux\w*_x86_64", platform)
    return plain and (abi in ("none", *PYTHONS) or abi == "abi3")


lines = [
    "# Written by ci/lock-scancode.sh: scancode and all that it needs, as wheels for CPython 3.10 to 3.14 on Linux x64.",
]
for package in tomllib.loads(lock.read_text(encoding="utf-8"))["packages"]:
    hashes = sorted({wheel["hashes"]["sha256"] for wheel in package.get("wheels", []) if fits(wheel)})
    if not hashes:
        sys.exit(f"{package['name']} {package['version']}: no wheel for Linux x64")
    marker = f" ; {package['marker']}" if "marker" in package else ""
    lines.append(f"{package['name']}=={package['version']}{marker}" + "".join(f" \\\n    --hash=sha256:{value}" for value in hashes))
text = "\n".join(lines) + "\n"
if "://" in text:
    sys.exit("the lock names an address")
(pins / "scancode-requirements.txt").write_text(text, encoding="utf-8")

tools = pins / "tools.json"
digest = hashlib.sha256(text.encode()).hexdigest()
pattern = r'("requirements": "scancode-requirements\.txt",\s*"sha256": ")[0-9a-f]{64}'
changed, count = re.subn(pattern, rf"\g<1>{digest}", tools.read_text(encoding="utf-8"))
if count != 1:
    sys.exit(f"{tools}: no digest of scancode-requirements.txt to set")
tools.write_text(changed, encoding="utf-8")
print(f"{len(lines) - 1} packages, sha256 {digest}")
PYTHON
