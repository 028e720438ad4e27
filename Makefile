# Short names for what ./milestones and the tools do; nothing here is needed to use the product.

.PHONY: help demo test check format lock bench clean

help:
	@echo "make demo    the shipped plan in a rehearsal, with pages, feeds and a mailbox"
	@echo "make test    all tests"
	@echo "make check   ruff and mypy"
	@echo "make format  lay out the code"
	@echo "make lock    renew the lock files (needs uv)"
	@echo "make bench   the measured comparisons"
	@echo "make clean   remove the environment and all caches"

demo:
	./milestones demo

test:
	./milestones test

check:
	./milestones python -m ruff check .
	./milestones python -m ruff format --check .
	./milestones python -m mypy

format:
	./milestones python -m ruff check --fix .
	./milestones python -m ruff format .

# Newer releases come in only here. The files name no index, so they serve behind any mirror.
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --group build \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --upgrade
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group test --constraints requirements.lock --output-file requirements-test.lock

bench:
	./milestones python -m bench

clean:
	rm -rf .venv .venv.lock .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
