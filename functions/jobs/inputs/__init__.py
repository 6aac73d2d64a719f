"""Inputs of runs: the parameters and overrides that a job declares, and the values that a trigger gives."""
