# Two commands for a newcomer: `make demo`, `make test`. Everything lives in .venv.
PYTHON ?= python3
BIN = .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check bench docs guide clean

demo: .venv/.runtime       ## train on the digits that come with the package
	$(BIN)/convscope demo

test: .venv/.dev           ## every check and every test
	PATH="$(CURDIR)/$(BIN):$$PATH" ./check --all

check: .venv/.dev          ## what to run before a commit: style, contracts, types, fast tests
	PATH="$(CURDIR)/$(BIN):$$PATH" ./check

bench: .venv/.dev          ## measure the claims about speed; fails when a ratio leaves its band
	$(BIN)/python -m bench

docs: .venv/.dev           ## write the reference of every public name into build/reference
	$(BIN)/python -m pdoc --docformat google --no-show-source --template-directory docs/reference --output-directory build/reference convscope

guide: .venv/.dev          ## run the guide's scripts, and write its pages and notebooks
	$(BIN)/python scripts/make_guide.py

# torch goes first and alone: without it, an open range elsewhere would pull a CUDA build of gigabytes
.venv/.torch: constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) torch
	touch $@

.venv/.runtime: .venv/.torch pyproject.toml
	$(INSTALL) --editable .
	touch $@

.venv/.dev: .venv/.runtime
	$(INSTALL) --editable '.[dev]'
	touch $@

clean:                     ## forget the environment
	rm -rf .venv
