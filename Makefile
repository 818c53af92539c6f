# qpnet: `make` lists what there is; `make notebooks` and `make test` are complete on their own.
#
# Variables (make test QPNET_PROFILE=small, or in the environment):
#   QPNET_PROFILE  smoke (default: minutes), small (an hour), paper (the paper's sizes)
#   QPNET_DATA     folder with the data sets (ham10000/ ...); tests that need them are skipped without
#   QPNET_CACHE    folder of packs (data-manifests/CACHE.md); without one, images are decoded in every run
#   NOTEBOOKS      the notebooks to run; default: all of notebooks/
#   REASON         why figures moved, for `make accept`
#   LAB_FLAGS      further options of JupyterLab, such as --no-browser
#   TORCH          slim | full | cpu: which libtorch `make setup` installs; see tools/setup.sh
#   LIBTORCH       an existing libtorch 2.11 to use instead
#   PYTHON         the Python that .venv is made from

QPNET_PROFILE ?= smoke
export QPNET_PROFILE
REASON ?=
export REASON
NOTEBOOKS ?=

# Tests and programs find libtorch through the link, whatever LD_LIBRARY_PATH held before.
export LD_LIBRARY_PATH := $(CURDIR)/.libtorch/lib$(if $(LD_LIBRARY_PATH),:$(LD_LIBRARY_PATH))

# One place for what cargo builds, known to the kernel too.
export CARGO_TARGET_DIR := $(if $(CARGO_TARGET_DIR),$(shell realpath -m -- "$(CARGO_TARGET_DIR)"),$(CURDIR)/target)

# Jupyter keeps its files inside the repository.
jupyter := JUPYTER_RUNTIME_DIR="$(CURDIR)/target/jupyter/runtime" \
	JUPYTER_DATA_DIR="$(CURDIR)/target/jupyter/data" \
	JUPYTER_CONFIG_DIR="$(CURDIR)/target/jupyter/config" \
	IPYTHONDIR="$(CURDIR)/target/jupyter/ipython"
ifneq ($(QPNET_DATA),)
# Tests and kernels work in other folders than the one this was said in.
export QPNET_DATA := $(shell realpath -m -- "$(QPNET_DATA)")
endif
ifneq ($(QPNET_CACHE),)
export QPNET_CACHE := $(shell realpath -m -- "$(QPNET_CACHE)")
endif
python := .venv/bin/python
# The audit's crate without files, clocks and threads: for browsers where Rust has that target, else for this machine.
browser := $(shell target=wasm32-unknown-unknown; \
	test -d "$$(rustc --print target-libdir --target $$target 2>/dev/null)" && echo --target $$target)
stage := ./tools/stage

.PHONY: help setup lib test notebooks figures save accept lab fmt clean distclean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1#/p' $(MAKEFILE_LIST) | while IFS='#' read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done; echo
	@sed -n '/^# Variables/,/^$$/s/^# \{0,1\}//p' $(MAKEFILE_LIST)

setup: ## .venv, libtorch, the Rust kernel; finished steps are skipped
	@./tools/setup.sh

lib: setup ## the library as tests, program and notebooks share it
	@echo "building the library (first time 10 to 15 min on 2 cores, then seconds)"
	cargo build --quiet --lib --examples # --examples: dependencies with the features that tests use

test: setup ## everything that must hold: format, lints, documentation, tests, notebooks
	@rm -f target/stages.txt
	@$(stage) "format" cargo fmt --all --check
	@$(stage) "lints" cargo clippy --workspace --all-targets --quiet -- -D warnings
	@RUSTDOCFLAGS="-D warnings" $(stage) "documentation" cargo doc --workspace --no-deps --quiet
	@$(stage) "audit, alone" cargo check --quiet --package qpnet-audit --lib --no-default-features $(browser)
	@$(stage) "tests" cargo test --workspace --no-fail-fast
	@$(MAKE) --no-print-directory lib
	@$(stage) "engine of grids" ./tools/grid/setup.sh
	@$(stage) "notebook runner" $(python) -m unittest discover --start-directory tools
	@$(stage) "notebooks" $(python) tools/run_notebooks.py $(NOTEBOOKS)
	@echo; echo "all stages passed:"; cat target/stages.txt

notebooks: lib ## run every notebook, strictly; its figures must be as expected (figures/README.md)
	@$(python) tools/run_notebooks.py $(NOTEBOOKS)

figures: notebooks ## draw the figures anew: the notebooks do it

save: lib ## run the notebooks and write their outputs back, for committing
	@$(python) tools/run_notebooks.py --save $(NOTEBOOKS)

accept: setup ## record the figures of the last run as expected: make accept REASON="..."
	@$(python) tools/accept_figures.py --profile "$$QPNET_PROFILE" \
		--date "$$(date +%F)" --reason "$$REASON" $(NOTEBOOKS)

lab: lib ## JupyterLab with the kernel "Rust (qpnet)"
	$(jupyter) $(python) -m jupyterlab --notebook-dir=. $(LAB_FLAGS)

fmt: ## format the Rust code
	cargo fmt --all

clean: ## remove what runs have left; keep what has been built
	rm -rf target/notebooks target/runs target/evcxr target/jupyter target/stages.txt

distclean: ## remove everything that make has made
	rm -rf target .venv .tools .setup .libtorch
