"""Corrections of Amazon ECS: the life of a task, in an engine of the local cloud."""
