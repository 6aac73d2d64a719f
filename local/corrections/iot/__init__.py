"""Corrections of AWS IoT Core: its broker, registry, fleet index, rules and jobs."""
