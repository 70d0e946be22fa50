# Each target does all its own set-up; PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint wheel-test bench clean

$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable ".[test,lint]"
	touch $@

demo: $(STAMP)            ## train a spiking reservoir + SpaRCe on handwritten digits
	$(BIN)/python -m sparcelearn

test: $(STAMP)            ## the whole test suite
	SCIPY_ARRAY_API=1 $(BIN)/python -m pytest

lint: $(STAMP)            ## style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel-test: $(STAMP)      ## build the wheel and try it in an environment of its own
	VENV=$(VENV) sh tests/wheel.sh

clean:
	rm -rf $(VENV) build dist *.egg-info
