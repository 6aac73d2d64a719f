"""Corrections of AWS Step Functions: executions, and the integrations that state machines wait for."""
