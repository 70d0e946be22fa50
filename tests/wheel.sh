#!/bin/sh
# Build the distribution and try what a user gets: installed in an environment of its own,
# tested from a folder in which the checkout cannot be seen. PYTHON needs the package `build`.
# With --tests it lists the tests that this is done with.
set -eu
tests() { ls -d tests/*/test_sklearn.py tests/*/test_stream.py tests/datasets; }
case ${1:-} in --tests) tests; exit ;; esac
PYTHON=${PYTHON:-python3}
checkout=$(cd "$(dirname "$0")/.." && pwd)
case $PYTHON in */*) PYTHON=$(cd "$(dirname "$PYTHON")" && pwd)/$(basename "$PYTHON") ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Build from a copy of what git knows: old builds and ignored files must not get in.
mkdir "$work/source"
cd "$checkout"
git ls-files -z --cached --others --exclude-standard |
    tar -cf - --null -T - | tar -xf - -C "$work/source"

cd "$work"
"$PYTHON" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir direct ./source
"$PYTHON" -m build --outdir dist ./source >build.log 2>&1 || { cat build.log; exit 1; }

"$PYTHON" - direct/*.whl dist/*.whl dist/*.tar.gz <<'END'
"""Check what is in the wheel, and that the way over the sdist gives the same one."""
import configparser
import sys
import tarfile
import zipfile
from pathlib import PurePosixPath

direct, over_sdist = map(zipfile.ZipFile, sys.argv[1:3])
contents = {entry.filename: entry.CRC for entry in direct.infolist()}
assert contents == {entry.filename: entry.CRC for entry in over_sdist.infolist()}

setup = configparser.ConfigParser()
setup.read("source/setup.cfg")
packages = {name.replace(".", "/") for name in setup["options"]["packages"].split()}
files = [PurePosixPath(name) for name in contents if ".dist-info/" not in name]
assert {str(file.parent) for file in files} == packages
assert {file.suffix for file in files} == {".py", ".typed"}
for wing in ("", "reservoir/", "readouts/", "datasets/"):
    assert f"sparcelearn/{wing}py.typed" in contents, wing

# The symlinks of a checkout must not have brought a second copy of the wings along.
in_sdist = {name.partition("/")[2] for name in tarfile.open(sys.argv[3]).getnames()}
twice = {name for name in in_sdist if f"sparcelearn/{name}" in in_sdist and name.count("/")}
assert not twice, twice
print(f"{len(files)} files in the wheel, all inside sparcelearn/, the same from the sdist")
END

"$PYTHON" -m venv fresh
fresh/bin/pip install --quiet --disable-pip-version-check "$(echo direct/*.whl)[test]"

mkdir away
cp -R "$checkout/tests" "$checkout/setup.cfg" away/
cd away
../fresh/bin/python - <<'END'
"""Make sure of what is tested."""
import sysconfig
import sparcelearn, sparcelearn.datasets, sparcelearn.readouts, sparcelearn.reservoir
for module in (sparcelearn, sparcelearn.datasets, sparcelearn.readouts, sparcelearn.reservoir):
    assert module.__file__.startswith(sysconfig.get_path("purelib")), module.__file__
END
# aeon and sktime, which two modules import, are not there
SCIPY_ARRAY_API=1 ../fresh/bin/python -m pytest --numprocesses=auto --dist=worksteal \
    --doctest-ignore-import-errors --pyargs sparcelearn \
    $(tests)
