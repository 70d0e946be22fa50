#!/bin/sh
# Try the checkout with the oldest packages it says it works with, and with the newest there are.
# Interpreters are those named by OLDEST and NEWEST; what is found is printed, nothing is stored.
set -eu
OLDEST=${OLDEST:-python3.11}
NEWEST=${NEWEST:-python3}
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The lowest versions in setup.cfg, as pins: "numpy >= 2.0" becomes "numpy == 2.0.*".
oldest=$(sed -n '/^install_requires/,/^#/s/^ *\([a-z-]*\) >= \([0-9.]*\)$/\1==\2.*/p' "$checkout/setup.cfg")

try() {
    name=$1 python=$2
    shift 2
    "$python" -m venv "$work/$name"
    "$work/$name/bin/pip" install --quiet --disable-pip-version-check "$checkout[all]" "$@" \
        pytest pytest-xdist hypothesis pandas skops
    mkdir "$work/$name/away"
    cp -R "$checkout/tests" "$checkout/setup.cfg" "$work/$name/away/"
    printf '\n=== %s\n' "$name"
    (
        cd "$work/$name/away"
        ../bin/python -c 'import sparcelearn; sparcelearn.show_versions()' | sed -n 2,11p
        SCIPY_ARRAY_API=1 SPARCELEARN_TEST_KERNELS="$work/$name/kernels" ../bin/python -m pytest -q \
            --numprocesses=auto --dist=worksteal tests/*/test_sklearn.py tests/*/test_stream.py \
            tests/readouts/test_gradients.py
    )
}

try oldest "$OLDEST" $oldest
try newest "$NEWEST"
