# A thin alias: everything is in dev.py. Arguments: make test ARGS="-k limit"
PYTHON ?= python3
COMMANDS = run test races journeys bench faults soak pictures lint types fmt check seed shell psql
.PHONY: $(COMMANDS)
$(COMMANDS):
	@$(PYTHON) dev.py $@ $(ARGS)
