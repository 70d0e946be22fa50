# Each target does all its own set-up; PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help demo test boundscheck reliability coverage mutants lint wheel-test versions docs screenshots bench campaigns clean

help:                     ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

$(STAMP): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[test,lint]"
	touch $@

demo: $(STAMP)            ## digits all at once, and two classes at a time
	$(BIN)/python -m sparcelearn

test: $(STAMP)            ## the whole test suite
	SCIPY_ARRAY_API=1 $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal

# Compiled code reads past the end of an array without a word, so the kernels run
# once with every index checked. That is slow: a few tests, chosen to reach every loop. Nothing is
# stored, so that two processes would compile the same kernels twice.
boundscheck: $(STAMP)     ## the kernels' tests, every array index checked
	NUMBA_BOUNDSCHECK=1 SPARCELEARN_NO_CACHE=1 $(BIN)/python -m pytest \
	    tests/readouts/test_gradients.py tests/readouts/test_quantile.py \
	    tests/readouts/test_stream.py $(wildcard tests/reservoir/test_backends.py) \
	    -k "not compiled_equals_numpy"

# The promises that are kept by numbers, each printed: kills, damaged files, cuts, backends ...
reliability: $(STAMP)     ## the reliability table at its full counts; takes minutes
	SCIPY_ARRAY_API=1 SPARCELEARN_RELIABILITY=1 $(BIN)/python -m pytest -q -rs --capture=no \
	    tests/reliability tests/distributed tests/test_benchmarks.py tests/test_bound_call.py \
	    tests/test_checkpoint.py tests/test_checkpoint_forged.py tests/reservoir/test_memory.py \
	    tests/reservoir/test_backends.py tests/reservoir/test_models.py \
	    tests/reservoir/test_sequences.py tests/reservoir/test_poisson.py \
	    tests/reservoir/test_unsound_states.py \
	    $(shell find tests -name 'test_sklearn*.py')
	$(BIN)/python benchmarks/out_of_core.py

# Compiled lines are invisible to coverage, so tests that reach every kernel run once more as plain
# Python. What ran in generated modules is then counted in the files they are copies of.
PLAIN := readouts/test_gradients readouts/test_quantile readouts/test_stream readouts/test_decolle \
    readouts/test_eprop readouts/test_first_spike readouts/test_superspike \
    readouts/test_least_squares readouts/test_synapses readouts/test_local_rules \
    readouts/test_active_wide reservoir/test_input_sums \
    reservoir/test_backends reservoir/test_noise
SLOW_WHEN_PLAIN := learned or generated or memorised or yin_yang or learn_classes or rules_learn \
    or van_rossum or on_average or exchanged
coverage: $(STAMP)        ## lines and branches that tests reach; takes long
	$(BIN)/pip install --quiet --disable-pip-version-check coverage
	SCIPY_ARRAY_API=1 $(BIN)/coverage run --parallel-mode -m pytest -q \
	    --numprocesses=auto --dist=worksteal
	NUMBA_DISABLE_JIT=1 $(BIN)/coverage run --parallel-mode -m pytest -q \
	    $(foreach name,$(PLAIN),tests/$(name).py) -k "not ($(SLOW_WHEN_PLAIN))"
	$(BIN)/coverage combine
	$(BIN)/python -m tests.kernel_coverage
	$(BIN)/coverage report --fail-under=95

mutants: $(STAMP)         ## small changes of rules and kernels, and whether tests notice; many hours
	$(BIN)/python -m tests.mutants

lint: $(STAMP)            ## style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel-test: $(STAMP)      ## build the wheel and try it in an environment of its own
	PYTHON=$(BIN)/python sh tests/wheel.sh

versions:                 ## the oldest packages that are allowed, and the newest; takes long
	sh tests/versions.sh

docs: $(STAMP)            ## the documentation, its examples run; every warning is an error
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[docs]"
	OMP_NUM_THREADS=1 $(BIN)/sphinx-build -W --keep-going -q docs build/docs
	$(BIN)/python docs/check_site.py build/docs
	$(BIN)/python docs/run_notebooks.py build/docs

screenshots:              ## pages of the built site at three widths, light and dark, to look at
	sh docs/screenshots.sh build/docs build/screenshots

# The peers go into environments of their own, in the user's cache folder.
bench: $(STAMP)           ## speed and memory compared with the peers; writes the tables of speed
	$(BIN)/pip install --quiet --disable-pip-version-check matplotlib
	for name in speed model_speed roofline startup memory wiring growth; do \
	    $(BIN)/python benchmarks/$$name.py --json || exit 1; done
	$(BIN)/python benchmarks/speed_table.py

campaigns: $(STAMP)       ## accuracy and search, one benchmark after another; takes many hours
	for name in digits mnist; do \
	    $(BIN)/python benchmarks/accuracy.py $$name --json || exit 1; done
	for name in search out_of_core memory_capacity brunel brian2_agreement pynn_nest \
	    rules/acceptance rules/precision rules/side_by_side rules/speed rules/spiking_speed rules/few_shot \
	    sparce/columns sparce/odours "sparce/odours --noise" sparce/forgetting sparce/anatomy \
	    sparce/in_blocks sparce/path computing/series computing/samples computing/learning_curve \
	    computing/streams computing/one_step computing/rows computing/intervals \
	    "computing/incremental digits mnist spoken nmnist" \
	    computing/closed_loop "computing/field 22 100" computing/force \
	    $(foreach kind,rate spiking permuted_rate permuted_spiking,"sparce/mnist $(kind)") \
	    $(foreach task,digits vowels spoken odours nmnist,"sparce/compare $(task)"); do \
	    set -- $$name; script=benchmarks/$$1.py; shift; \
	    $(BIN)/python $$script "$$@" --json || exit 1; done
	$(BIN)/python benchmarks/sparce/tables.py
	$(BIN)/python benchmarks/computing/tables.py

clean:                    ## remove what the targets made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
