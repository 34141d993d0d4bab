# make            set up the software, run the pocket tier, build the report
# make test       everything that is checked before a change is accepted; make test-system: a browser and a cluster too
# Arguments for Snakemake: make ARGS="--config tier=standard data_dir=/data"

SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run setup test test-system lint bench gpu-check report lock clean system-packages

UV_VERSION := 0.13.9
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo "$$p"; break; }; done)
BIN := .venv/bin
ARGS ?=

export PATH := $(CURDIR)/$(BIN):$(PATH)
export TF_CPP_MIN_LOG_LEVEL ?= 3
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Many containers set this. Without kept bytecode every process takes twice the time to import its libraries.
unexport PYTHONDONTWRITEBYTECODE

run: .venv/set-up
	@exec python -m benchmarks.commands.live --set-up-seconds "$$(cat .venv/set-up)" -- snakemake $(ARGS)

setup: .venv/set-up

# The stamp holds the seconds that the set-up took. The lock file names versions and hashes but no
# registry, so that any mirror serves: UV_DEFAULT_INDEX names another than uv's own.
.venv/set-up: requirements.lock
	@if [ -z "$(PYTHON)" ]; then echo "error: found no Python 3.11, 3.12 or 3.13; install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; fi
	@began=$$SECONDS; set -e; \
	[ -x $(BIN)/python ] || "$(PYTHON)" -m venv .venv || { rm -rf .venv; \
		echo "error: $(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; \
	[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)"; \
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock; \
	echo "$$((SECONDS - began))" > .venv/set-up; \
	echo "the software is in .venv; to call it by hand: . .venv/bin/activate"

# The second pass is mostly compilation, and what a net computes does not depend on how well it is optimised.
test: setup lint
	@tests/system_packages.sh missing
	pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore=tests/contract/test_learning.py
	XLA_FLAGS="--xla_backend_optimization_level=1 --xla_llvm_disable_expensive_passes=true" KERAS_BACKEND=jax \
		pytest -n 2 --dist worksteal tests/engine/test_drivers.py tests/contract/test_learning.py \
		tests/contract/test_gpu_programs.py tests/layers/test_look_up.py tests/layers/resampling/test_max_pooling.py tests/layers/resampling/test_enlargement.py

# Some tests need a browser and a cluster, which are Debian packages. Only these two targets install them.
test-system: system-packages
	@$(MAKE) test

system-packages:
	@tests/system_packages.sh install

lint: setup
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile workflow
	snakemake --lint
	codespell
	mypy

bench: setup
	python -m benchmarks.speed --out results/speed.csv

# The first minutes on a GPU, nine at most: make gpu-check ARGS="--budget 60s --backend tensorflow"
gpu-check: setup
	python -m benchmarks.speed.gpu_check $(ARGS)

report: setup
	snakemake report

# After a change of the dependencies in pyproject.toml. What is pinned stays pinned; ARGS=--upgrade renews it.
lock: setup
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url $(ARGS) \
		--extra jax --extra slurm --extra dev pyproject.toml -o requirements.lock
	{ sed '/- pip:/q' environment.yml; \
	uv pip compile --quiet --universal --python-version 3.12 --no-header --no-annotate --no-emit-index-url \
		--constraint requirements.lock --extra jax --extra slurm pyproject.toml | sed 's/^/      - /'; } > environment.new
	mv environment.new environment.yml

# Removes what was measured and trained, except the committed reference bundles.
clean:
	find results -mindepth 1 -maxdepth 1 ! -name README.md ! -name reference -exec rm -rf {} + 2>/dev/null || true
