.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 5000
T      ?=

export SECRET_KEY_FILE ?= instance/secret-key
FLASK := $(BIN)/flask --app wsgi

help: ## Show what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: export DEMO ?= yes
run: export PUBLIC_URL ?= http://localhost:$(PORT)
run: $(VENV)/.installed instance/secret-key ## Set up all that is needed, load the demo cohort, serve (PORT=5000)
	@$(FLASK) db upgrade
	@$(FLASK) demo load --if-empty
	@exec $(FLASK) serve --port $(PORT)

serve: $(VENV)/.installed ## Serve your own database (DATABASE_URL, SECRET_KEY, MAIL_URL …), without demo
	@$(FLASK) db upgrade
	@exec $(FLASK) serve --port $(PORT)

test: $(VENV)/.installed-dev ## Set up all that is needed and run the whole suite (T=tests/mail for a part)
	@tests/setup.sh
	@BIN=$(BIN) tests/run.sh -n 2 $(T)

check: $(VENV)/.installed-dev ## All that must pass before a commit
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/djlint --check --lint --quiet templates
	$(BIN)/mypy && $(BIN)/lint-imports && $(BIN)/deptry program
	$(BIN)/python -m program.web.catalogue --check
	@$(MAKE) --no-print-directory test

format: $(VENV)/.installed-dev ## Format code and templates
	$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet . ; $(BIN)/djlint --reformat --quiet templates

bench: $(VENV)/.installed-dev ## Measure our speed against the limits of the stack
	@$(BIN)/python bench/run.py

shots: $(VENV)/.installed-dev ## Take the screenshots in docs/ anew
	@tests/setup.sh
	@$(BIN)/python docs/screenshots.py

clean: ## Remove what set-up made, and the demo database
	rm -rf $(VENV) instance tests/node_modules .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and was not found."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned requirements (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m program.web.catalogue
	@{ command -v cc || command -v gcc || command -v clang; } > /dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check ziglang==0.17.1
	@$(BIN)/python -m program.planning.solver.native
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

instance/secret-key:
	@mkdir -p instance
	@umask 077 && $(PYTHON) -c "import secrets; print(secrets.token_hex(32))" > $@

.PHONY: help run serve test check format bench shots clean
