# make compare  time the implementations on real data      make test       the test suite
# make lint     ruff, imports, types   make test-fast  one case of everything
# make test-legs  the suite again: no JIT, every index checked, other threading layers and processors
# make plots    every figure of plots/gallery              make goals      the ratios that are claimed
# make peers    PyTorch and JAX too: for `loopwise compare --peers` and for the tests against them
# make lectures the course as notebooks, in Jupyter      make notebooks  the same as .ipynb files, for VS Code and others
# make docs     the site, in build/site          make docs-outputs docs-screenshots  what it shows, anew
# make dist     wheel and sdist, checked         make test-oldest   the core suite on the oldest versions that are allowed
# make audit    known holes and licences of what we depend on       make coverage   which lines no test runs
# make hooks    run the linters before each commit
# make bench    asv on this commit, minutes   make bench-history N=5   make bench-compare A=… B=…   make dashboard
# The first call makes .venv and installs what is needed; from then on each starts at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
JUPYTER := $(VENV)/.jupyter
WORKERS ?= auto
# Each process begins with its own part of the suite, so that two seldom compile the same at once.
SHARED = -n $(WORKERS) --dist worksteal

# Python's own bytecode, wherever something else is said: or each of hundreds of processes compiles all sources anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help compare test test-fast test-legs lint plots lectures notebooks docs docs-outputs docs-screenshots dist audit coverage hooks test-oldest goals peers bench bench-history bench-compare bench-check dashboard clean

help:
	@sed '/^$$/q; s/^# //' $(firstword $(MAKEFILE_LIST))

compare: $(INSTALLED)
	@$(BIN)/loopwise compare $(ARGS)

test: $(INSTALLED)
	$(BIN)/pytest $(SHARED) $(ARGS)

# While working: a minute, once code is compiled and `make test` has told how long each test takes.
test-fast: $(INSTALLED)
	$(BIN)/pytest $(SHARED) -q --fast $(ARGS)

# What depends on how code is run: without the compiler, with every index checked, on the threading layers that are not
# the default (omp, where it is installed: `make test` runs on that).
IMPLEMENTATIONS := tests/implementations/test_
SECTIONS := contract sums activations losses neurons layers regularization normalization updates
CONTRACT := $(SECTIONS:%=$(IMPLEMENTATIONS)%.py)
LEARNING := $(filter-out %/test_jobs.py %/test_settings.py,$(wildcard tests/learning/test_*.py))
COMPUTED := $(CONTRACT) $(LEARNING) tests/contract/test_rounding_bounds.py tests/contract/test_agreement.py
COMPUTED += $(patsubst %,$(IMPLEMENTATIONS)%.py,by_hand registry checked_operation native_data)
THREADS := $(CONTRACT) tests/jit/test_turns.py $(patsubst %,tests/learning/test_%.py,training optimizers models)
# Layouts and number types change indices in numba_tuned alone, and in the product that numba_parallel shares with it: of
# the others one of each is enough here. What is never compiled is no other there than in `make test`.
NOT_COMPILED := not python_loops and not numpy_vectorized
ONE_OF_EACH := -k '(tuned or not (strided or float32 or -F)) and not planted and not rejected and $(NOT_COMPILED)'
# numba_tuned and the exact product with another processor's registers (tests/helpers/registers.py): bytes of a vector,
# rows of a tile, as AVX-512 has them; tests/jit/test_host.py has a look at all others. OpenBLAS chooses kernels by the
# processor: those named run where they can.
REGISTERS := 64,8
BLAS_KERNELS := Nehalem Haswell $(if $(shell grep -m1 -o avx512dq /proc/cpuinfo 2>/dev/null),SkylakeX)
test-legs: $(INSTALLED)
	@if $(BIN)/python -c "from loopwise.jit.simd.host import *; raise SystemExit((VECTOR_BYTES, TILE_ROWS) == ($(REGISTERS)))"; then \
		LOOPWISE_TEST_REGISTERS=$(REGISTERS) $(BIN)/pytest $(SHARED) -q -k '(tuned or exact_product) and not drawn' \
		tests/implementations tests/jit/test_product.py tests/jit/test_packing.py tests/jit/test_ladder.py; \
	else echo "registers $(REGISTERS) are this processor's own: make test has run on them"; fi
	@for kernels in $(BLAS_KERNELS); do \
		echo "OpenBLAS as on $$kernels"; export OPENBLAS_CORETYPE=$$kernels; \
		$(BIN)/pytest $(SHARED) -q -k 'vectorized and not drawn and not planted' $(CONTRACT) || exit 1; \
	done
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest $(SHARED) -q $(ONE_OF_EACH) $(COMPUTED)
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$(VENV)/boundscheck $(BIN)/pytest $(SHARED) -q $(ONE_OF_EACH) \
		$(CONTRACT) $(patsubst %,tests/learning/test_%.py,network architecture parameters)
	@# The library that `pip install tbb` brings lies in the environment's own lib folder.
	@export LD_LIBRARY_PATH=$(CURDIR)/$(VENV)/lib:$$LD_LIBRARY_PATH; \
	for layer in workqueue tbb; do \
		export NUMBA_THREADING_LAYER=$$layer; \
		if $(BIN)/python -c 'import numba; numba.set_num_threads(1)' 2>/dev/null; then \
			echo "threading layer $$layer"; $(BIN)/pytest $(SHARED) -q -k "(thread or bits) and $(NOT_COMPILED)" $(THREADS) || exit 1; \
		else echo "threading layer $$layer is not installed: left out"; fi; \
	done

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# Those in "Speed" of plots/README.md measure time, so they need a quiet machine; the others draw the same anywhere.
PLOTS := $(filter-out plots/common.py,$(wildcard plots/*.py))
plots: $(INSTALLED)
	@failed=0; for script in $(PLOTS); do echo "$$script"; $(BIN)/python "$$script" || failed=$$?; done; exit $$failed

# Everything is local: no page loads anything from elsewhere. Warnings (a link, an anchor) are errors.
docs: $(INSTALLED)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "build/site/index.html; with the search: $(BIN)/python -m http.server -d build/site"

docs-outputs: $(INSTALLED)
	$(BIN)/python docs/site/outputs.py

docs-screenshots: $(INSTALLED)
	$(BIN)/python docs/site/screenshots.py

dist: $(INSTALLED)
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

# Do all extras resolve together? Are there known holes (a service is asked)? Licences:
# those whose licence asks nothing of people who only use loopwise; a new one fails here, and is looked at. (tbb is for tests.)
LICENCES := BSD;MIT;Apache;PSF;Python Software Foundation;ISC;MPL;Mozilla;HPND;CMU License;Unlicense;zlib;CC0;0BSD;Intel;Zero
audit: $(INSTALLED)
	$(BIN)/uv pip compile --quiet --all-extras pyproject.toml >/dev/null
	$(BIN)/pip-audit --skip-editable --progress-spinner off
	$(BIN)/pip-licenses --from=mixed --partial-match --allow-only='$(LICENCES)' --ignore-packages loopwise tbb tcmlib --summary

coverage: $(INSTALLED)
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest $(SHARED) -q $(ONE_OF_EACH) $(COMPUTED) --cov --cov-report=
	$(BIN)/pytest $(SHARED) -q --fast --cov --cov-append --cov-report=term-missing:skip-covered $(ARGS)

hooks: $(INSTALLED)
	$(BIN)/pre-commit install

# The lower bounds of pyproject.toml are real: this is an environment of its own with each of them.
OLDEST := .venv-oldest
CORE := tests/test_interface.py tests/implementations tests/learning tests/datasets
CORE += $(patsubst %,tests/commands/test_%.py,train predict compare gradcheck shapes)
test-oldest: $(INSTALLED)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(OLDEST)
	$(BIN)/uv pip install --quiet --python $(OLDEST)/bin/python --resolution lowest-direct --editable '.[test]'
	$(OLDEST)/bin/python -m pytest $(SHARED) -q -k 'not drawn' $(CORE) $(ARGS)

# The notebooks are text (jupytext): nothing that was computed is kept in them.
lectures: $(JUPYTER)
	$(BIN)/jupyter lab lectures --LabApp.default_url=/lab

# As files that every editor of notebooks opens (VS Code, a hub), in build/notebooks.
notebooks: $(JUPYTER)
	@mkdir -p build/notebooks
	@for text in lectures/*.md; do \
		$(BIN)/jupytext --quiet --to ipynb "$$text" --output "build/notebooks/$$(basename "$$text" .md).ipynb"; \
	done; ls build/notebooks/*.ipynb

# Once; from then on without a network.
$(JUPYTER): $(INSTALLED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[lectures]'
	@touch $@

goals: $(INSTALLED)
	@$(BIN)/python benchmarks/goals/table.py $(ARGS)

# === airspeed velocity: speed over time ===
# Results are kept in .asv; what is finished is written at once, so all of these may be stopped and called again.
ASV := $(BIN)/asv
COMMIT = $(shell git rev-parse HEAD)
# Results of files that are in no commit are shown, but belong to no commit.
KEEP = $(if $(shell git status --porcelain -- src ':(glob)benchmarks/*.py' benchmarks/counting),,--set-commit-hash $(COMMIT))
BENCH ?= .
N ?= 5
A ?= HEAD~1
B ?= HEAD
PORT ?= 8000

bench: $(INSTALLED)
	@$(ASV) machine --yes >/dev/null
	@$(if $(KEEP),,echo "what is measured differs from the last commit: results are shown, not kept")
	$(if $(filter .,$(BENCH)),ASV_COMMIT=$(COMMIT) $(BIN)/python benchmarks/dashboard/compile.py)
	ASV_COMMIT=$(COMMIT) $(ASV) run --python=same $(KEEP) --launch-method forkserver --bench '$(BENCH)' --show-stderr $(ARGS)

bench-history: $(INSTALLED)
	@$(ASV) machine --yes >/dev/null
	git rev-list --first-parent --max-count $(N) HEAD | $(ASV) run HASHFILE:- --launch-method forkserver --skip-existing-successful --bench '$(BENCH)' $(ARGS)

bench-compare: $(INSTALLED)
	@$(BIN)/python benchmarks/paired/regressions.py '$(A)' '$(B)' $(if $(filter-out .,$(BENCH)),--bench '$(BENCH)') $(ARGS)

# Are ten per cent found, and nothing where nothing is slower?
bench-check: $(INSTALLED)
	@$(BIN)/python benchmarks/paired/check.py $(ARGS)

dashboard: $(INSTALLED)
	@$(BIN)/python benchmarks/dashboard/publish.py
	@echo "asv's pages: http://127.0.0.1:$(PORT)/    ours: http://127.0.0.1:$(PORT)/overview.html    (Ctrl-C stops)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory .asv/html 2>/dev/null

# What the implementations are held against in tests/test_peer*.py; without it those tests are skipped.
peers: $(INSTALLED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 jax==0.10.2 jaxlib==0.10.2

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "loopwise needs Python 3.11 or newer; try: make PYTHON=python3.12"; exit 1; }
	@echo "Setting up $(VENV): once, a minute or two ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,dev,bench,docs]'
	@touch $@

clean:
	rm -rf $(VENV) build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
