"""Corrections of AWS Lambda: execution environments, event source mappings, failed events."""
