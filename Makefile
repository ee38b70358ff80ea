# `make serve` and `make test` set up all they need; see README.md.
.DEFAULT_GOAL := help
.PHONY: help serve preview check test lint bench translations schemas clean

# The first Python that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

help:
	@echo "make serve         serve the content folder at http://127.0.0.1:8000"
	@echo "make preview       the same for authors: drafts shown, every change live at once"
	@echo "make check         say what is wrong with the content folder"
	@echo "make test          run every test"
	@echo "make lint          look the code over"
	@echo "make bench         measure, and print a table"
	@echo "make translations  compile the Spanish words of the interface"
	@echo "make schemas       write the JSON Schemas of the content format to docs/schemas"

serve: .venv/.serve
	$(BIN)/lms serve

preview: .venv/.serve
	$(BIN)/lms serve --watch

check: .venv/.serve
	$(BIN)/lms check

test: .venv/.test
	sh scripts/test-tools.sh
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: .venv/.serve
	$(BIN)/python -m bench

translations: .venv/.serve
	$(BIN)/pybabel compile -d lms/translations

schemas: .venv/.serve
	$(BIN)/lms schema docs/schemas

clean:
	rm -rf .venv build dist .pytest_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Spoke needs Python 3.11 or newer: install it, or say make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv is missing: on Debian, apt install python3-venv" >&2; exit 1; }

.venv/.serve: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.test: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ .venv/.serve
