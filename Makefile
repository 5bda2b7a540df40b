# make demo   convert the example model and see the proof
# make test   run every test, real Keras 3 included
# make fuzz   damage files by the ten thousand
# make trips  convert files of any content there and back
#
# All of it needs git, make and Python >= 3.10; everything else goes into .venv.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto --maxprocesses 4
FUZZ_ARGS ?=
TRIPS_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# A process for each core; threads of their own would only stand in each other's way.
ONE_THREAD := OPENBLAS_NUM_THREADS=1
FUZZ := $(ONE_THREAD) PYTHONPATH=tests $(BIN)/python -m fuzz
# Three layers, each on top of the one before, so that the demo waits for the first only.
CORE := $(VENV)/.core
DEV := $(VENV)/.dev
KERAS := $(VENV)/.keras

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz trips old death hook action bot lint format types setup pins clean

help:
	@echo "make demo    convert the example model and show the proof"
	@echo "make test    run the tests, with real Keras 3 as second referee"
	@echo "make fuzz    10,000 damaged files, each converted exactly or refused with a reason"
	@echo "make trips   2,100 files of any content to the other layout and back, bit for bit"
	@echo "make old     open keras2 files in real Keras 2.3.1 on TensorFlow 1.15, where that can be installed"
	@echo "make death   strike the program dead at each of its steps (needs strace); FULL=1: by every fault"
	@echo "make hook    let pre-commit install the hooks of this tree and try them on commits"
	@echo "make action  build the Action's image, run it as GitHub does, and whole workflows by act (needs podman)"
	@echo "make bot     let the bot work on a GitHub of our own, killed and failed at every write; FULL=1: for long"
	@echo "make lint    ruff"
	@echo "make types   mypy: the package strictly, the tests lightly"
	@echo "make format  let ruff mend what it can"
	@echo "make setup   only fill .venv for all of these"
	@echo "make pins    choose the pinned versions anew (requirements/*.txt)"
	@echo "make clean   remove .venv, caches and build products"
	@echo "Another interpreter: make test PYTHON=python3.12"

demo: $(CORE)
	$(BIN)/python examples/digits/demo.py

test: $(KERAS)
	$(ONE_THREAD) $(BIN)/python -m pytest $(PYTEST_ARGS)

fuzz: $(DEV)
	$(FUZZ).campaign $(FUZZ_ARGS)

trips: $(DEV)
	$(FUZZ).round_trips $(TRIPS_ARGS)

old: $(DEV)
	bash tests/keras2/open_here.sh "$(CURDIR)/$(BIN)/python"

death: $(DEV)
	DIMORDER_DEATH=$(if $(FULL),full,1) $(BIN)/python -m pytest --durations=12 tests/sudden_death

hook: $(DEV)
	DIMORDER_HOOK=1 $(BIN)/python -m pytest --durations=5 tests/hook

action: $(DEV)
	PYTHON="$(CURDIR)/$(BIN)/python" bash tests/container/prepare.sh build/container
	DIMORDER_CONTAINER="$(CURDIR)/build/container" $(BIN)/python -m pytest --durations=5 tests/container

bot: $(DEV)
	bash tests/github_com/prepare.sh build/github
	DIMORDER_GITHUB="$(CURDIR)/build/github" $(if $(FULL),DIMORDER_CHAOS=full) \
		$(BIN)/python -m pytest -n 3 --durations=8 tests/github_com tests/hub tests/action/test_proposing.py

lint: $(DEV)
	$(BIN)/python -m ruff check .

format: $(DEV)
	$(BIN)/python -m ruff check --fix .

types: $(DEV)
	$(BIN)/python -m mypy
	$(BIN)/python -m mypy --no-strict-optional --allow-untyped-defs --allow-incomplete-defs \
		--allow-untyped-calls --allow-untyped-decorators --allow-any-generics --no-check-untyped-defs \
		--no-warn-return-any --no-warn-unreachable tests

setup: $(KERAS)

clean:
	rm -rf $(VENV) .venv-pins build dist .pytest_cache .ruff_cache .mypy_cache bot/*.egg-info
	find bot tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

define require-python
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
		echo "dimorder needs Python >= 3.10, but \"$(PYTHON)\" answers:" \
			"$$($(PYTHON) --version 2>&1 | head -n 1)" >&2; \
		echo "    hint: name another interpreter, for example: make $(or $(MAKECMDGOALS),test) PYTHON=python3.12" >&2; \
		exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "\"$(PYTHON)\" cannot make virtual environments: its venv module is not installed." >&2; \
		echo "    hint: on Debian and Ubuntu: apt-get install python3-venv" >&2; \
		exit 1; }
endef

# A changed pin means a new folder: pip leaves behind what is no longer asked for.
$(CORE): pyproject.toml requirements/build.txt requirements/core.txt
	$(require-python)
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/core.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(CORE) requirements/dev.txt
	@echo "Adding the development tools to $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(KERAS): $(DEV) requirements/keras.txt
	@echo "Adding Keras 3 with jax to $(VENV) (about 500 MB, once) ..."
	@$(PIP) install --require-hashes -r requirements/keras.txt
	@touch $@

# One file per layer, each complete, each held to the ones below it; --universal covers every Python and system.
COMPILE = .venv-pins/bin/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
	--no-header --no-annotate --upgrade --constraint requirements/measured.in
pins:
	$(require-python)
	$(PYTHON) -m venv --clear .venv-pins
	.venv-pins/bin/python -m pip --quiet --disable-pip-version-check install uv
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) pyproject.toml -o requirements/core.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements/core.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --extra py2 --extra github -c requirements/dev.txt -o requirements/image.txt
	$(COMPILE) --python-version 3.11 requirements/container.in -o requirements/container.txt
	$(COMPILE) pyproject.toml --extra keras -c requirements/dev.txt -o requirements/keras.txt
	rm -rf .venv-pins
