"""Door 2: machines. EventBridge and Scheduler call these handlers."""
