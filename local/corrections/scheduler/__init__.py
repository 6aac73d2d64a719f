"""Corrections of EventBridge Scheduler: the API, the roles, the targets; local/schedules fires."""
