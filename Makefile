# Each target does all its own set-up; PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test boundscheck lint wheel-test docs bench clean

help:                     ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[test,lint]"
	touch $@

demo: $(STAMP)            ## train a spiking reservoir + SpaRCe on handwritten digits
	$(BIN)/python -m sparcelearn

test: $(STAMP)            ## the whole test suite
	SCIPY_ARRAY_API=1 $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal

# Compiled code reads past the end of an array without a word, so the kernels run
# once with every index checked. That is slow: a few tests, chosen to reach every loop.
boundscheck: $(STAMP)     ## the kernels' tests, every array index checked
	NUMBA_BOUNDSCHECK=1 SPARCELEARN_NO_CACHE=1 $(BIN)/python -m pytest \
	    tests/readouts/test_gradients.py tests/readouts/test_quantile.py \
	    tests/readouts/test_stream.py $(wildcard tests/reservoir/test_backends.py) \
	    -k "not compiled_equals_numpy"

lint: $(STAMP)            ## style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel-test: $(STAMP)      ## build the wheel and try it in an environment of its own
	PYTHON=$(BIN)/python sh tests/wheel.sh

docs: $(STAMP)            ## the documentation, its examples run; every warning is an error
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[docs]"
	$(BIN)/sphinx-build -W --keep-going -q docs build/docs

bench: $(STAMP)           ## every benchmark, one after another; takes half an hour
	for name in digits mnist; do \
	    $(BIN)/python benchmarks/accuracy.py $$name --json || exit 1; done
	for name in kernel_speed readout_speed stream_speed forecasting startup memory; do \
	    $(BIN)/python benchmarks/$$name.py --json || exit 1; done

clean:                    ## remove what the targets made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
