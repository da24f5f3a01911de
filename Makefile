# What to know first: Debian 12 with python3, python3-venv and make is enough for `make run` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
PORT ?= 8000
WORKERS ?= 2
export PYTHONUNBUFFERED := 1
export PORT

.PHONY: help run install install-dev test test-full check fmt bench fuzz messages backup restore

help:
	@echo "make run         start the portal on http://127.0.0.1:$(PORT) (PORT=8001 for another port)"
	@echo "make test        the tests        make test-full   the slow and the browser tests"
	@echo "make check       style, types, imports, migrations, translations       make fmt   mend style"
	@echo "make backup      save database and files      make restore FILE=...   bring a backup back"
	@echo "make bench       measure speed    make messages    collect and compile translations"
	@echo "make fuzz        send the API what nobody would (FUZZ_EXAMPLES=1000: so many requests for each operation)"

run: .venv/.installed
	@exec $(PY) -m ovop_portal.supervisor

install: .venv/.installed
install-dev: .venv/.installed-dev

.venv/bin/python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed. On Debian 12 run: apt install python3 python3-venv"; exit 1; }
	@python3 -m venv .venv || { rm -rf .venv; echo "Python's venv is missing. On Debian run: apt install python3-venv"; exit 1; }

# A stamp newer than the lock file means: nothing to install.
.venv/.installed: requirements.txt | .venv/bin/python
	@echo "Installing what the portal needs (only at the first start and after an upgrade) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt | .venv/.installed
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

test: .venv/.installed-dev
	$(PY) -m pytest -n $(WORKERS) -m "not full and not browser" $(ARGS)

test-full: .venv/.installed-dev
	$(PY) -m pytest -n $(WORKERS) --dist loadfile -m "full or browser" $(ARGS)

check: .venv/.installed-dev
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m ovop_portal.with_database --temporary $(PY) manage.py check_all
	.venv/bin/lint-imports
	$(PY) -m mypy

fmt: .venv/.installed-dev
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

bench: .venv/.installed-dev
	$(PY) -m ovop_portal.with_database --temporary $(PY) -m tests.bench $(ARGS)

fuzz: .venv/.installed-dev
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-500} $(PY) -m pytest -m full tests/registry/test_api_fuzz.py $(ARGS)

messages: .venv/.installed-dev
	$(PY) manage.py messages

backup: .venv/.installed
	@test -n "$$DATABASE_URL" -o -d var/postgres || { echo "There is no data in var/postgres yet: nothing to save. On a server see docs/operate.md."; exit 1; }
	@$(PY) -m ovop_portal.with_database $(PY) manage.py backup $(if $(TO),--to "$(TO)") $(if $(KEY),--key "$(KEY)")

restore: .venv/.installed
	@test -n "$(FILE)" || { echo "Which backup? Run: make restore FILE=var/backups/<name>"; exit 1; }
	@$(PY) -m ovop_portal.with_database $(PY) manage.py restore "$(FILE)" $(if $(FORCE),--force) $(if $(KEY),--key "$(KEY)")
