# The commands of a newcomer; each first installs what is missing (sandbox/install.sh, quick when done).
PORT ?= 8080
CONSOLE_PORT ?= 8081
FILE ?=
SENDS ?= 40
SECONDS ?= 120
SEED ?=

python := .venv/bin/python
# Ends the sandbox when make itself is killed.
run := exec setpriv --pdeathsig TERM $(python) -m sandbox

.PHONY: help demo up soak soak-proof test check install

help:
	@echo "make demo [FILE=recipients.csv]         the main job from signup to encryption, told and proven"
	@echo "make up [PORT=8080] [CONSOLE_PORT=8081] the sandbox in the foreground, until Ctrl-C"
	@echo "make soak [SENDS=40] [SECONDS=120] [SEED=] sends under every fault, and what came of them"
	@echo "make soak-proof                         that the soak finds bugs put in on purpose"
	@echo "make test                               all tests"
	@echo "make check                              formatting, lint, types, architecture"

demo: install
	@$(run) demo $(if $(FILE),--file "$(FILE)")

up: install
	@$(run) up --port $(PORT) --console-port $(CONSOLE_PORT)

soak: install
	@$(run) soak --sends $(SENDS) --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

# That the harness finds what is missing: it runs on copies of the product with a bug put in on purpose.
soak-proof: install
	@SOAK=1 $(python) -m pytest tests/end_to_end/test_soak.py

test: install
	@$(python) -m pytest -n 2

check: install
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

install:
	@flock Makefile sh sandbox/install.sh
