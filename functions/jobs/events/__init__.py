"""Events of EventBridge that start jobs: their patterns, their rules, and what becomes of one."""
