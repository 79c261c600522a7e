# What there is to do in this checkout; `make help` lists it. Needs only make and Python 3.11 or newer.
.DEFAULT_GOAL := help
.PHONY: help run mail test lint lock clean

HOST ?= 127.0.0.1
PORT ?= 8000
MAIL_PORT ?= 8025
export PYTHON

help:  ## Say what each target does
	@echo "Cofund: make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-6s %s\n", $$1, $$2 }' Makefile

run:  ## Set up what is missing and serve the site on 127.0.0.1:8000 (HOST=, PORT=, CORPUS=FILE); keeps its data
	@sh requirements/install run
	@.venv/bin/python -m cofund.commands.main setup $(if $(CORPUS),--corpus "$(CORPUS)")
	@exec .venv/bin/python -m cofund.commands.main serve --host "$(HOST)" --port "$(PORT)"

mail:  ## Serve a mail server on 127.0.0.1:8025 (MAIL_PORT=) that prints what it takes, for `COFUND_EMAIL_URL=smtp://127.0.0.1:8025 make run`
	@sh requirements/install dev
	@exec .venv/bin/python -u -m aiosmtpd --nosetuid --listen 127.0.0.1:$(MAIL_PORT)

test:  ## Set up what is missing and run all tests, on SQLite and on PostgreSQL (ARGS="-k word")
	@sh requirements/install dev
	@.venv/bin/python -m tests.run $(ARGS)

lint:  ## Check style, types and the direction of the imports
	@sh requirements/install dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

LOCK = .venv/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" pyproject.toml requirements/build.in

lock:  ## Write requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade takes the newest versions)
	@sh requirements/install dev
	$(LOCK) $(UPGRADE) --output-file requirements/run.txt
	$(LOCK) $(UPGRADE) --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt

clean:  ## Remove the virtual environment and what tools left behind; the site's data in var/ stays
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
