# The commands of a newcomer; each first installs what is missing (sandbox/install.sh, quick when done).
PORT ?= 8080
CONSOLE_PORT ?= 8081
FILE ?=
SENDS ?= 40
SECONDS ?= 120
SEED ?=
FAULTS ?=
ONLY ?=
ENV ?=
RELEASE ?=
AT ?=
SUFFIX ?=
LOST ?=

python := .venv/bin/python
# Ends the sandbox when make itself is killed.
run := exec setpriv --pdeathsig TERM $(python) -m sandbox

.PHONY: help demo up soak bench test check openapi privacy-docs screenshots replay-erasures package foundation deploy rollback smoke restore install install-browser install-checkov

help:
	@echo "make demo [FILE=recipients.csv]         the main job from signup to encryption, told and proven"
	@echo "make up [PORT=8080] [CONSOLE_PORT=8081] the sandbox in the foreground, until Ctrl-C"
	@echo "make soak [SENDS=40] [SECONDS=120] [SEED=] sends under every fault, and what came of them"
	@echo "make soak FAULTS=pubsub:down,lekab:slow the same with these faults alone, at every chance"
	@echo "make bench [ONLY=accept_one]            how fast it is, held against baselines of the same run"
	@echo "make test                               all tests"
	@echo "make check                              formatting, lint, types, architecture, Terraform"
	@echo "make screenshots                        docs/screenshots, from the pages as they are"
	@echo "make replay-erasures                    after a restore: erases again who was erased"
	@echo "make package                            build/upup-<hash>.zip: what is deployed"
	@echo "make foundation ENV=stage               what a first deployment needs (docs/deploy.md)"
	@echo "make deploy ENV=stage [RELEASE=hash]    plan, migrate, apply, canary, all; or back"
	@echo "make rollback ENV=stage [RELEASE=hash]  the release before, or that one"
	@echo "make restore ENV=stage AT= SUFFIX= [LOST=1] the database as it was at a moment (docs/restore.md)"
	@echo "make smoke ENV=stage                    whether it answers and sends (SMOKE_KEY)"
	@echo "make openapi                            the API's description, from the code"
	@echo "make privacy-docs                       the record of processing, from the data map"

demo: install
	@$(run) demo $(if $(FILE),--file "$(FILE)")

up: install
	@$(run) up --port $(PORT) --console-port $(CONSOLE_PORT)

soak: install
	@$(run) soak --sends $(SENDS) --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(if $(FAULTS),--faults "$(FAULTS)")

# docs/performance.md. BIG=1 for the sizes that take long.
bench: install
	@$(run) bench $(if $(ONLY),--only $(ONLY))

# Two workers more than processors: the tests with sandboxes of their own wait now and then, and each worker has one too.
# They start hundreds of processes, which would each compile all modules where none may be written.
test: install-browser
	@env -u PYTHONDONTWRITEBYTECODE $(python) -m pytest -n 4 --dist loadscope --no-loadscope-reorder

check: install-checkov
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@sh infra/check.sh

# What GET /v1/openapi.json serves, which a test compares with the code.
openapi: install
	@$(python) -m shared.http.openapi shared/http/openapi/openapi.json

# docs/privacy/, which a test compares with the data map.
privacy-docs: install
	@$(python) -m shared.privacy.records docs/privacy

# docs/screenshots/*.png, of a sandbox of its own.
screenshots: install-browser
	@$(python) -m tests.browser.screenshots docs/screenshots

# With the settings of the environment whose database was restored.
replay-erasures: install
	@$(python) -m shared.replay_erasures

# The same bytes on every machine.
package: install
	@$(python) -m infra.release package

# docs/restore.md.
restore: install
	@$(python) -m infra.release.restore --env "$(ENV)" --at "$(AT)" --suffix "$(SUFFIX)" $(if $(LOST),--lost)

# docs/deploy.md. Interrupted, a deployment goes back: it takes make's signals.
foundation deploy rollback smoke: install
	@exec $(python) -m infra.release $@ --env "$(ENV)" $(if $(RELEASE),--release "$(RELEASE)")

install:
	@flock Makefile sh sandbox/install.sh

install-checkov:
	@flock Makefile sh sandbox/install.sh checkov

install-browser:
	@flock Makefile sh sandbox/install.sh browser
