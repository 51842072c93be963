# plaud-live: `make` lists the commands. Works with GNU make 3.81 and any POSIX shell.
#   PYTHON=python3.12   the interpreter to build the virtual environment with
#   ARGS="--plain"      more words for the command behind a target

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/.made
PLAY := $(VENV)/.installed-play
TEST := $(VENV)/.installed-test
PIP := $(BIN)/python -m pip --disable-pip-version-check install -c constraints.txt
INSTALL := $(PIP) -e
# Tests run a file at a time on each core, four at most; what is heard in real time has the machine to itself.
SHARED := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: help play plugin test check bench bench-compiler soak models default-model screenshots clean

help:  ## list these commands
	@echo "plaud-live: play neural synthesizers by typing"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

play: $(PLAY)  ## install everything, then open the prompt (ARGS="--plain")
	@$(BIN)/plaud-live play $(ARGS)

plugin:  ## build the plugin that plays what verb.push() sends, and install it for this user (ARGS="LLVM=1")
	@$(MAKE) -C faust/plugin $(ARGS)
	@$(MAKE) -C faust/plugin install $(ARGS)

test: $(TEST)  ## run all tests, the slow ones too (ARGS="-k ring")
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not soak" $(SHARED) $(ARGS)

check: $(TEST)  ## lint, format, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -q tests/test_dependency_rules.py

bench: $(TEST)  ## measure this machine: one table for each file in benchmarks/
	@for table in benchmarks/bench_*.py; do \
	  echo "== $$table"; $(BIN)/python "$$table" $(ARGS) || exit 1; \
	done

bench-compiler: $(PLAY)  ## compiled reverbs side by side with ADAC (ARGS="--adac PYTHON")
	@$(BIN)/python benchmarks/bench_compiler.py $(ARGS)

soak: $(TEST)  ## an hour of play, 200 kills, and the tests that search for long (ARGS="--minutes 5")
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m soak --timeout 7200 $(ARGS)

models: $(PLAY)  ## train the built-in models again, from CC0 recordings and voices made here (ARGS="voice")
	@$(BIN)/python -m plaud_live.training.built_in $(ARGS)

default-model: $(PLAY)  ## train the first of them again
	@$(BIN)/python -m plaud_live.training.built_in default $(ARGS)

screenshots: $(PLAY)  ## take the pictures in the README again (two minutes; needs tmux and chromium)
	@$(BIN)/python benchmarks/screenshots.py $(ARGS)

clean:  ## remove the virtual environment and caches, never recordings
	@rm -rf $(VENV) build plaud_live.egg-info .pytest_cache .mypy_cache .ruff_cache

$(MADE):
	@command -v $(PYTHON) >/dev/null 2>&1 || \
	  { echo "plaud-live needs Python 3.11 or newer: no $(PYTHON) here - try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "plaud-live needs Python 3.11 or newer: $(PYTHON) is $$($(PYTHON) -V 2>&1) - try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	@touch $@

# pip's own output is long: large downloads and errors are shown, and a stamp is left only when all went well.
SHORT := grep --line-buffered -oE 'Downloading .* [GM]B\)|^Installing collected packages'

$(PLAY): pyproject.toml constraints.txt $(MADE)
	@echo "installing plaud-live with training and reverb fitting: minutes and 2 GB, this time only"
	@rm -f $@; { $(INSTALL) '.[all]' && touch $@; } | $(SHORT); test -f $@

$(TEST): pyproject.toml constraints.txt $(MADE)
	@echo "installing plaud-live with training, reverb fitting and test tools: minutes and 2 GB, this time only"
	@rm -f $@; { $(INSTALL) '.[all,test]' && $(PIP) --no-deps aisfx && touch $(PLAY) $@; } | $(SHORT); \
	  test -f $@
