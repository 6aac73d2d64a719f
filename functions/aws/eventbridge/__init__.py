"""Amazon EventBridge and EventBridge Scheduler."""
