# Everything installs itself into .venv on first use; PYTHON picks the interpreter (3.11 or newer).
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)
CHECK_PYTHON = @test -n "$(PYTHON)" || \
	{ echo "Python 3.11 or newer with venv is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
BIN := .venv/bin
INSTALLED := .venv/installed
DEMO := demo
DEMO_TIME ?= 5m
DEMO_EPISODES ?= 200
CLIENTS ?= stable_baselines3_ppo torchrl_ppo rllib_ppo cleanrl_ppo jax_actor_critic
CLIENT_SECONDS ?= 60
FUZZ_SEED := $(or $(FUZZ_SEED),$(shell date +%s))
FUZZ_MINUTES ?= 3

.PHONY: setup demo test fuzz test-package test-clients foundations lint bench clean

setup: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	$(CHECK_PYTHON)
	@echo "Installing into .venv (a minute or two the first time)"
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $(INSTALLED)

demo: $(INSTALLED)
	@echo "== 1 of 4: two hiders and two seekers learn from nothing, by playing each other, for $(DEMO_TIME)"
	@echo "   (before that a minute or two to compile, the first time; Ctrl-C ends the training early and keeps it)"
	$(BIN)/hideseek train quadrant --time-limit $(DEMO_TIME) --seed 0 --out $(DEMO)/run --overwrite
	@echo
	@echo "== 2 of 4: have they learned anything? They and untrained players meet the other team as it was at eight moments"
	@echo "   of the training, $(DEMO_EPISODES) episodes each; about a minute"
	$(BIN)/hideseek evaluate $(DEMO)/run --against past --episodes $(DEMO_EPISODES) --json $(DEMO)/evaluation.json
	@echo
	@echo "== 3 of 4: a film of them; half a minute"
	$(BIN)/hideseek watch $(DEMO)/run --out $(DEMO)/episode.gif $(DEMO)/episode.png
	@echo
	@echo "== 4 of 4: a film of hiders that trained for 43 minutes: they close their door, lock it and stay hidden; a minute"
	$(BIN)/hideseek record zoo:doors --filter behind-doors --of 60 --out $(DEMO)/doors.replay
	$(BIN)/hideseek video $(DEMO)/doors.replay $(DEMO)/doors.gif
	$(BIN)/hideseek video $(DEMO)/doors.replay $(DEMO)/doors.png
	@echo
	@echo "Done. In $(DEMO)/: run, evaluation.json; the films episode.gif and doors.gif, episode.png and doors.png as strips"
	@echo "Now try (the page opens at http://127.0.0.1:8421, Ctrl-C ends it):"
	@echo "   $(BIN)/hideseek watch $(DEMO)/run               # what they have learned, in the browser"
	@echo "   $(BIN)/hideseek play zoo:quadrant             # play yourself, among policies that trained for longer"
	@echo "   $(BIN)/hideseek train quadrant --preset doors # train until doors close: 45 minutes on one core"

# PYTEST takes further options: PYTEST='-k walls', PYTEST=-n0 for one process, in which a debugger works.
test: $(INSTALLED)
	$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST)

# The same properties with examples that nobody has tried; what fails is printed, with how to repeat it.
fuzz: $(INSTALLED)
	@echo "Repeat with: make fuzz FUZZ_SEED=$(FUZZ_SEED)"
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=search --hypothesis-seed=$(FUZZ_SEED) $(PYTEST)
	$(BIN)/python -m tests.fuzz --minutes $(FUZZ_MINUTES)

# The wheel and the source distribution: built, installed without extras in a fresh environment, and tried there.
test-package: $(INSTALLED)
	$(BIN)/python -m pytest tests/package/check_wheel.py

# Each example trains in an environment of its own; the last line of its log says whether it did.
test-clients: $(CLIENTS:%=build/clients/%/installed)
	@for client in $(CLIENTS); do \
		echo "== examples/$$client.py"; \
		{ build/clients/$$client/bin/python examples/$$client.py --seconds $(CLIENT_SECONDS) 2>&1 \
			|| echo "failed: $$client"; } | tee build/clients/$$client/log; \
	done
	@echo "== summary"; status=0; for client in $(CLIENTS); do \
		tail -n 1 build/clients/$$client/log; \
		tail -n 1 build/clients/$$client/log | grep -q '^ok: ' || status=1; \
	done; exit $$status

# Finished jobs are kept in build/foundations: after Ctrl-C the same command goes on. FRESH=1 measures all anew.
foundations: $(INSTALLED)
	$(BIN)/python -m benchmarks.foundations $(if $(FRESH),--fresh)

build/clients/%/installed: examples/requirements/%.txt constraints.txt pyproject.toml
	$(CHECK_PYTHON)
	@echo "Installing into build/clients/$* (a few minutes the first time)"
	"$(PYTHON)" -m venv build/clients/$*
	build/clients/$*/bin/python -m pip install -qq --disable-pip-version-check -r $< -e '.[gymnasium,pettingzoo]'
	@touch $@

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build/clients build/foundations $(DEMO)
